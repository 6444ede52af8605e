/** Show what was chosen before it is sent: photos as small pictures, papers by name and size; each can be taken out again. */
export function showChosen(root) {
  for (const field of root.querySelectorAll("input[type=file][data-chosen]")) {
    new Chosen(field);
  }
}

class Chosen {
  constructor(field) {
    this.field = field;
    this.files = [];
    this.addresses = [];
    this.list = document.createElement("ul");
    this.list.className = "photos";
    this.list.hidden = true;
    this.list.setAttribute("aria-label", "已选好、还没有传的文件");
    this.said = document.createElement("p");
    this.said.className = "field-error";
    this.said.setAttribute("role", "alert");
    this.said.hidden = true;
    field.before(this.said);
    field.after(this.list);
    field.addEventListener("change", () => this.add([...field.files]));
  }

  /** Choosing again adds to what was chosen; the browser itself would replace it. */
  add(files) {
    const most = Number(this.field.dataset.chosen);
    const kept = this.field.closest(".field").querySelectorAll(`input[type=hidden][name="${CSS.escape(this.field.name)}"]`).length;
    const fresh = files.filter((file) => !this.files.some((one) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified));
    const all = [...this.files, ...fresh];
    this.files = all.slice(0, Math.max(0, most - kept));
    this.say(all.length > this.files.length ? `一共最多 ${most} 个文件，多出的 ${all.length - this.files.length} 个没有选上。` : "");
    this.draw();
  }

  say(words) {
    this.said.textContent = words;
    this.said.hidden = !words;
  }

  draw() {
    const held = new DataTransfer();
    for (const file of this.files) {
      held.items.add(file);
    }
    this.field.files = held.files;
    this.addresses.forEach((address) => URL.revokeObjectURL(address));
    this.addresses = [];
    this.list.replaceChildren(...this.files.map((file) => this.item(file)));
    this.list.hidden = this.files.length === 0;
  }

  item(file) {
    const item = document.createElement("li");
    if (/^image\/(jpeg|png|webp|gif|bmp)$/.test(file.type)) {
      const picture = document.createElement("img");
      picture.src = URL.createObjectURL(file);
      picture.alt = "";
      this.addresses.push(picture.src);
      item.append(picture);
    }
    const name = document.createElement("span");
    name.textContent = file.name;
    const size = document.createElement("span");
    size.className = "meta";
    size.textContent = inWords(file.size);
    const out = document.createElement("button");
    out.type = "button";
    out.className = "button button-link button-small";
    out.textContent = "去掉";
    const whom = document.createElement("span");
    whom.className = "sr-only";
    whom.textContent = file.name;
    out.append(whom);
    out.addEventListener("click", () => {
      this.files = this.files.filter((one) => one !== file);
      this.say("");
      this.draw();
      this.field.focus();
    });
    item.append(name, size, out);
    return item;
  }
}

function inWords(octets) {
  const mega = 1024 * 1024;
  return octets >= mega ? `${(octets / mega).toFixed(1)} MB` : `${Math.max(1, Math.round(octets / 1024))} KB`;
}
