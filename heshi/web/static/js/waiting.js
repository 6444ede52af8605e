/* What she types waits in her own browser until the server has it: a dead zone, a closed page or an ended session costs no word.

   `data-waits` names whose words they are: the draft of a tab, a case, the window. Residents' words wait on the device
   (`data-waits-in="device"`), what staff type waits in the tab alone and goes with it. It is gone as soon as the server says that it
   took the form, when she says so, when somebody signs out, and after a day in any case. */
const PREFIX = "heshi:";
const A_DAY = 24 * 60 * 60 * 1000;
const PAUSE_MS = 300;
const MARK = "form_mark";

export function letWordsWait(root) {
  throwAwayTaken();
  for (const done of root.querySelectorAll("[data-waited]")) {
    throwAway(done.dataset.waited);
  }
  for (const form of root.querySelectorAll('form[data-waits]:not([data-waits=""])')) {
    begin(form);
    offerLeft(form);
  }
  for (const form of root.querySelectorAll("form[data-forgets]")) {
    form.addEventListener("submit", () => {
      // The page is left with this press, and leaving it must not keep anything again.
      root.querySelectorAll("form[data-waits]").forEach((one) => { one.dataset.stopped = "yes"; });
      throwAway("");
    });
  }
}

function begin(form) {
  giveBack(form);
  let timer = null;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => keepWords(form), PAUSE_MS);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  addEventListener("pagehide", () => form.dataset.typed && keepWords(form));
  addEventListener("offline", () => tell(form));
  addEventListener("online", () => tell(form));
  form.addEventListener("input", () => { form.dataset.typed = "yes"; }, { capture: true });
  if (!navigator.onLine) {
    tell(form);
  }
}

/** Keep what stands in the form now; photos and other files are too large for that. */
export function keepWords(form) {
  if (!form.dataset.waits || form.dataset.stopped || form.dataset.sent || !form.dataset.typed) {
    return;
  }
  const held = { at: Date.now(), who: document.body.dataset.who ?? "", words: wordsOf(form) };
  try {
    store(form).setItem(nameOf(form), JSON.stringify(held));
  } catch {
    return; // the browser keeps nothing, or is full: the page itself still has the words
  }
  tell(form);
}

/** The form goes out under a mark; when the server names it, the copy is thrown away. */
export function markSent(form) {
  if (!form.dataset.waits) {
    return;
  }
  const mark = crypto.randomUUID ? crypto.randomUUID().replaceAll("-", "") : String(Math.random()).slice(2);
  let field = form.querySelector(`input[name=${MARK}]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = MARK;
    form.append(field);
  }
  field.value = mark;
  const held = read(store(form), nameOf(form));
  if (held) {
    store(form).setItem(nameOf(form), JSON.stringify({ ...held, mark }));
  }
}

function giveBack(form) {
  const held = read(store(form), nameOf(form));
  // After a mistake the page has everything from the server, and newer.
  if (!held || held.who !== (document.body.dataset.who ?? "") || document.querySelector("[data-focus]")) {
    return;
  }
  const before = JSON.stringify(wordsOf(form));
  for (const [name, values] of Object.entries(held.words)) {
    fill(form, name, values);
  }
  if (JSON.stringify(wordsOf(form)) === before) {
    return;
  }
  form.dataset.typed = "yes";
  form.closest("details")?.setAttribute("open", "");
  tell(form, "上次没交上的内容，已经替您填回来了。");
}

/** Words of a report that never reached us wait under the key of a page that is closed: she is asked whether she wants them. */
function offerLeft(form) {
  if (form.dataset.waitsIn !== "device" || form.dataset.typed || Object.values(wordsOf(form)).flat().some(Boolean)) {
    return;
  }
  const ending = `:${new URL(form.action).pathname}`;
  const names = [];
  each((where, name) => name.startsWith(PREFIX) && name.endsWith(ending) && name !== nameOf(form) && names.push(name));
  const left = names.map((name) => [name, read(localStorage, name)]).filter(([, held]) => held).sort(([, one], [, other]) => other.at - one.at)[0];
  if (!left) {
    return;
  }
  const [name, held] = left;
  const box = document.createElement("div");
  box.className = "notice";
  box.setAttribute("role", "status");
  const said = document.createElement("p");
  said.textContent = `这台设备上还存着一段没交上的话：“${Object.values(held.words).flat().find(Boolean)?.slice(0, 24) ?? ""}……”`;
  const take = press("填回来", () => {
    Object.entries(held.words).forEach(([field, values]) => fill(form, field, values));
    keepWords(form);
  });
  const drop = press("清掉", () => {});
  for (const button of [take, drop]) {
    button.addEventListener("click", () => {
      localStorage.removeItem(name);
      box.remove();
    });
  }
  box.append(said, take, drop);
  form.before(box);
}

function press(words, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet button-small";
  button.textContent = words;
  button.addEventListener("click", act);
  return button;
}

function wordsOf(form) {
  const kept = (form.dataset.waitsWith ?? "").split(" ");
  const words = {};
  for (const field of form.elements) {
    const isWord = field.matches("textarea, select, input:not([type=hidden], [type=file], [type=password], [type=submit])");
    // A number that opens a person's life is not left on a telephone that may be somebody else's.
    const tooMuch = form.dataset.waitsIn === "device" && field.name === "identity_no";
    if (!field.name || tooMuch || !(isWord || kept.includes(field.name))) {
      continue;
    }
    const ticked = field.type === "checkbox" || field.type === "radio";
    words[field.name] ??= [];
    if (!ticked || field.checked) {
      words[field.name].push(field.value);
    }
  }
  return words;
}

function fill(form, name, values) {
  const fields = [...form.elements].filter((field) => field.name === name && field.type !== "file");
  fields.forEach((field, place) => {
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = values.includes(field.value);
    } else if (values[place] !== undefined) {
      field.value = values[place];
      field.dataset.wanted = field.value === values[place] ? "" : values[place]; // its choices are still on their way
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// --- what is said about it ----------------------------------------------------------------------------

function tell(form, first = "") {
  const onDevice = form.dataset.waitsIn === "device";
  const words = [first];
  if (!navigator.onLine) {
    words.push("现在没有网络。");
  }
  if (onDevice) {
    words.push(`您写的先存在这台设备上，断网、关了页面都不会丢，交上去以后自动清掉。${navigator.onLine ? "" : "有了网络再按下面的按钮；照片、录音要等有网络才能传。"}不是您自己的设备？`);
  } else if (!navigator.onLine) {
    words.push("您填的都在这一页，有了网络再按。");
  }
  const said = boxOf(form);
  said.firstElementChild.textContent = words.join("");
  said.hidden = !words.join("");
  said.lastElementChild.hidden = !(onDevice || first);
}

function boxOf(form) {
  let box = form.querySelector("[data-waits-said]");
  if (!box) {
    box = document.createElement("p");
    box.className = "field-hint";
    box.dataset.waitsSaid = "";
    box.setAttribute("role", "status");
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "button button-link button-small";
    clear.textContent = "清掉存的内容";
    clear.addEventListener("click", () => {
      throwAway(form.dataset.waits);
      form.dataset.stopped = "yes"; // she does not want it here: nothing more is kept on this page
      form.reset();
      box.firstElementChild.textContent = "存在这台设备上的内容已经清掉，这一页也不再存了。";
      clear.hidden = true;
    });
    box.append(document.createElement("span"), clear);
    const actions = form.querySelector(".actions") ?? form.lastElementChild;
    actions ? actions.before(box) : form.append(box);
  }
  return box;
}

// --- where it lies ------------------------------------------------------------------------------------

function nameOf(form) {
  return `${PREFIX}${form.dataset.waits}:${new URL(form.action).pathname}`;
}

function store(form) {
  return form.dataset.waitsIn === "device" ? localStorage : sessionStorage;
}

function read(where, name) {
  try {
    return JSON.parse(where.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** Throw away what waits under a key; without one all of it. */
function throwAway(key) {
  each((where, name) => name.startsWith(`${PREFIX}${key ? `${key}:` : ""}`) && where.removeItem(name));
}

/** Throw away what the server has taken, and what nobody came back for. */
function throwAwayTaken() {
  const taken = document.cookie.split("; ").find((one) => one.startsWith(`${MARK}=`))?.slice(MARK.length + 1);
  each((where, name) => {
    const held = name.startsWith(PREFIX) && read(where, name);
    if (held && ((taken && held.mark === taken) || Date.now() - held.at > A_DAY)) {
      where.removeItem(name);
    }
  });
}

function each(look) {
  for (const where of [() => localStorage, () => sessionStorage]) {
    try {
      Object.keys(where()).forEach((name) => look(where(), name));
    } catch {
      // a browser that allows no storage keeps nothing
    }
  }
}
