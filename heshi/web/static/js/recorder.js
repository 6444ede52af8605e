/** Record a voice note on the page itself, where the telephone allows it; the file field beside it always works. */
const LONGEST_SECONDS = 300;

export function offerRecorder(root) {
  if (!navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) {
    return;
  }
  for (const field of root.querySelectorAll("input[type=file][data-recorder]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet";
    button.textContent = "现在录一段";
    const said = document.createElement("p");
    said.className = "field-hint";
    said.setAttribute("role", "status");
    field.before(button, said);
    recordInto(field, button, said);
  }
}

function recordInto(field, button, said) {
  let recorder = null;
  let timer = null;
  button.addEventListener("click", async () => {
    if (recorder) {
      recorder.stop();
      return;
    }
    try {
      const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
      recorder = new MediaRecorder(sound);
    } catch {
      said.textContent = "手机没有允许录音。可以用手机自带的录音机录好，再从下面选文件。";
      return;
    }
    const pieces = [];
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => {
      clearTimeout(timer);
      recorder.stream.getTracks().forEach((track) => track.stop());
      keep(field, pieces, recorder.mimeType);
      recorder = null;
      button.textContent = "重录一段";
      said.textContent = "录好了，按“下一步”时一起交上。";
    });
    recorder.start();
    timer = setTimeout(() => recorder?.stop(), LONGEST_SECONDS * 1000);
    button.textContent = "停止录音";
    said.textContent = "正在录音，说完请按“停止录音”。";
  });
}

function keep(field, pieces, type) {
  const ending = type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm";
  const box = new DataTransfer();
  box.items.add(new File(pieces, `录音.${ending}`, { type }));
  field.files = box.files;
}
