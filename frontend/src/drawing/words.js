// How wide words are and where a line breaks, without a screen to measure on: the same in a page and at the command line.

/** Return about how wide a text is: a Chinese character is as wide as it is high, a Latin one rather more than half. */
export function width(text, size) {
  return [...text].reduce((sum, letter) => sum + (letter > "\x7f" ? size : size * 0.62), 0);
}

/** Return the text in lines that are no wider than asked, broken after a stop or before a bracket where that can be. */
export function wrapped(text, size, most) {
  const parts = text.split(/(?<=[、，；：。）])|(?=（)/u);
  return filled(
    parts.flatMap((part) => (width(part, size) > most ? evenly(part, size, most) : [part])),
    size,
    most,
  );
}

/** Break a long part into lines of about one length, so that none ends with a single character below it. */
function evenly(part, size, most) {
  const letters = part.match(/(?:[!-~]+|.)[、，；：。）]*/gsu);
  const lines = Math.ceil(width(part, size) / most);
  return filled(letters, size, Math.min(most, width(part, size) / lines + size / 2));
}

function filled(parts, size, most) {
  const lines = [];
  for (const part of parts) {
    if (lines.length && width(lines.at(-1) + part, size) <= most) {
      lines.push(lines.pop() + part);
    } else {
      lines.push(part);
    }
  }
  return lines;
}
