/** Say before sending, not after, that a file is too large; a slow telephone line should not carry it for nothing. */
export function checkSizes(root) {
  for (const field of root.querySelectorAll("input[type=file][data-most-mb]")) {
    const most = Number(field.dataset.mostMb);
    const said = document.createElement("p");
    said.className = "field-error";
    said.setAttribute("role", "alert");
    said.hidden = true;
    field.before(said);
    field.addEventListener("change", () => {
      const large = [...field.files].filter((file) => file.size > most * 1024 * 1024);
      said.hidden = large.length === 0;
      said.textContent = large.length ? `${large.map((file) => `“${file.name}”`).join("、")}超过 ${most} MB，请换小一点的。` : "";
      if (large.length) {
        field.value = "";
      }
    });
  }
}
