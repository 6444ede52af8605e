/* Before a form leaves the page: is there a network, is she still signed in, does the page carry what it must carry now?
   Where not, nothing is sent and nothing is lost: the page stays as it is and says what to do.

   A page that has just been loaded, or looked a moment ago, sends at once; one that lay open for long looks first. */
import { keepWords, markSent } from "./waiting.js";

const PATIENCE_MS = 8000;
const LOOK_EVERY_MS = 60_000;
const SURE_FOR_MS = 90_000;
const AGAIN_MS = 5000;
const PRESSED_TWICE_MS = 8000;
const NO_NETWORK = "现在没有网络，还没有交上。您填的都在这一页，有了网络再按一次。";
const BACK = "又有网络了，请再按一次。";
const OTHER_PERSON = "这台电脑上现在登录的是另一位同事。请用您的账号登录以后，再回来按一次；您填的都还在这一页。";

const last = { at: Date.now(), answer: { who: document.body.dataset.who ?? "" } };

export function guardSending(root) {
  const forms = root.querySelectorAll("form[data-once]");
  forms.forEach((form) => form.addEventListener("submit", (event) => guarded(form, event)));
  if (forms.length === 0) {
    return;
  }
  addEventListener("pageshow", () => forms.forEach(reset));
  addEventListener("focus", look);
  setInterval(() => document.visibilityState === "visible" && look(), LOOK_EVERY_MS);
}

function reset(form) {
  delete form.dataset.sent;
  delete form.dataset.asked;
}

function guarded(form, event) {
  if (form.dataset.sent) {
    event.preventDefault(); // pressed twice; the server would make one case of it anyway
    return;
  }
  if (form.dataset.asked === "good" || isSure()) {
    keepWords(form);
    form.dataset.sent = "yes";
    markSent(form);
    setTimeout(() => reset(form), PRESSED_TWICE_MS);
    return;
  }
  event.preventDefault();
  if (!form.dataset.asked) {
    lookFirst(form, event.submitter);
  }
}

function isSure() {
  return navigator.onLine && Date.now() - last.at < SURE_FOR_MS && !whatIsWrong(last.answer);
}

async function lookFirst(form, submitter) {
  form.dataset.asked = "now";
  keepWords(form);
  const wrong = whatIsWrong(await look());
  if (wrong) {
    delete form.dataset.asked;
    say(form, wrong);
    if (wrong === NO_NETWORK) {
      waitForNetwork(form);
    }
    return;
  }
  form.dataset.asked = "good";
  form.requestSubmit(submitter?.isConnected ? submitter : undefined);
}

/** Return what stands against sending now: a sentence, or a piece of the page; nothing where all is well. */
function whatIsWrong(answer) {
  if (!answer) {
    return NO_NETWORK;
  }
  const mine = document.body.dataset.who;
  if (!mine || answer.who === undefined || answer.who === mine) {
    return "";
  }
  return answer.who ? OTHER_PERSON : signInAgain();
}

/** Ask the centre; the page may be older than the last sign-in, and would be turned away for that alone. */
async function look() {
  const answer = await alive();
  last.at = Date.now();
  last.answer = answer;
  if (answer?.token) {
    for (const carried of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
      carried.value = answer.token;
    }
  }
  return answer;
}

async function alive() {
  try {
    const answer = await fetch("/alive", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status >= 502) {
      return null;
    }
    return answer.ok ? await answer.json() : {};
  } catch {
    return null;
  }
}

function waitForNetwork(form) {
  if (form.dataset.waiting) {
    return;
  }
  form.dataset.waiting = "yes";
  const tryAgain = async () => {
    if (form.dataset.waiting && (await look())) {
      clearInterval(timer);
      removeEventListener("online", tryAgain);
      delete form.dataset.waiting;
      say(form, BACK);
    }
  };
  const timer = setInterval(tryAgain, AGAIN_MS);
  addEventListener("online", tryAgain);
}

function signInAgain() {
  const piece = document.createElement("span");
  const link = document.createElement("a");
  link.href = "/sign-in/";
  link.target = "_blank";
  link.textContent = "在新窗口登录";
  piece.append("登录的时间到了，还没有交上。请", link, "，再回来按一次；您填的都还在这一页。");
  return piece;
}

function say(form, words) {
  let box = form.querySelector("[data-sending-said]");
  if (!box) {
    box = document.createElement("div");
    box.className = "notice notice-care";
    box.dataset.sendingSaid = "";
    box.setAttribute("role", "alert");
    box.append(document.createElement("p"));
    const actions = form.querySelector(".actions") ?? form.lastElementChild;
    actions ? actions.before(box) : form.append(box);
  }
  box.firstElementChild.replaceChildren(words);
  box.scrollIntoView({ block: "nearest" });
}
