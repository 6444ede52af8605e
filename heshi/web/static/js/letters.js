/** Say how many characters are left once it begins to matter. */
export function countLetters(root) {
  for (const field of root.querySelectorAll("[data-count]")) {
    const most = Number(field.dataset.count);
    const said = document.createElement("p");
    said.className = "count";
    said.setAttribute("aria-live", "polite");
    field.after(said);
    const say = () => {
      const left = most - [...field.value].length;
      said.dataset.over = left < 0 ? "yes" : "no";
      said.textContent = left < 0 ? `超出 ${-left} 字，请删短一些` : left < 1000 ? `还能写 ${left} 字` : "";
    };
    field.addEventListener("input", say);
    say();
  }
}
