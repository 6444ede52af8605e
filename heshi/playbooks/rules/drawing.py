"""Draw a playbook: where a case can be, which acts move it and who takes them. One SVG, no script, no style sheet."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from heshi.people.terms import ROLES
from heshi.playbooks.rules.layout import Box, Layout, Point, laid_out
from heshi.playbooks.rules.shape import SAME, Playbook, Position, Step
from heshi.playbooks.terms import BEYOND_STAFF, HOLDERS

INK, SOFT, LINE, PAPER = "#1c2326", "#495257", "#767164", "#ffffff"
BRAND, BRAND_TINT, END_TINT, BACK = "#0e5a5f", "#e4f0ef", "#efece4", "#8a1712"
FONT = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
TITLE, LABEL, SMALL = 20.0, 16.0, 13.0
LEADING, PAD, MARGIN = 1.4, 12.0, 24.0
POSITION_WIDTH, STEP_WIDTH, LEAST_WIDTH = 150.0, 150.0, 420.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text at a size and a colour."""

    text: str
    size: float
    colour: str = INK
    bold: bool = False


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is: a Chinese character is as wide as it is high, a Latin one rather more than half."""
    return sum(size if unicodedata.east_asian_width(char) in "WFA" else size * 0.62 for char in text)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Return the text in lines that are no wider than asked."""
    lines, line = [], ""
    for char in text:
        if line and text_width(line + char, size) > width and char not in "，。、；：）":
            lines.append(line)
            line = ""
        line += char
    return [*lines, line] if line else lines


def svg(playbook: Playbook) -> str:
    """Return the drawing: positions as boxes, ends with a double frame, moving steps on the arrows, the others in a list."""
    texts = {**_position_texts(playbook), **_step_texts(playbook)}
    layout = laid_out(
        {name: _size(lines) for name, lines in texts.items()}, _edges(playbook), f"p:{playbook.start}"
    )
    width = max(layout.width, LEAST_WIDTH)
    shift = (width - layout.width) / 2
    head = _paragraphs([Line(playbook.title, TITLE, bold=True), Line(playbook.source, SMALL, SOFT)], width)
    foot = _paragraphs(list(_standing(playbook)), width)
    top, middle = _tall(head) + 16, layout.height
    height = top + middle + (24 + _tall(foot) if foot else 0)
    body = [
        *_text(head, MARGIN, MARGIN, anchor="start"),
        f'<g transform="translate({MARGIN + shift:.1f},{MARGIN + top:.1f})">',
        *_arrows(layout),
        *(part for name, lines in texts.items() for part in _box(name, layout.boxes[name], lines, playbook)),
        "</g>",
        *_text(foot, MARGIN, MARGIN + top + middle + 24, anchor="start"),
    ]
    return _frame(playbook, width + 2 * MARGIN, height + 2 * MARGIN, body)


def _moving(playbook: Playbook) -> list[Step]:
    return [step for step in playbook.steps.values() if set(step.targets()) - {SAME}]


def _anywhere(playbook: Playbook, step: Step) -> bool:
    """Say whether a step starts from every open position; such a step gets a word instead of a bundle of arrows."""
    still_open = {code for code, position in playbook.positions.items() if not position.end}
    return len(still_open) > 1 and still_open <= set(step.source)


def _edges(playbook: Playbook) -> list[tuple[str, str]]:
    edges: list[tuple[str, str]] = []
    for step in _moving(playbook):
        sources = () if _anywhere(playbook, step) else step.source
        edges += [(f"p:{source}", f"s:{step.code}") for source in sources]
        edges += [
            (f"s:{step.code}", f"p:{target}") for target in dict.fromkeys(step.targets()) if target != SAME
        ]
    return edges


def _position_texts(playbook: Playbook) -> dict[str, list[Line]]:
    return {f"p:{code}": _position_lines(position) for code, position in playbook.positions.items()}


def _position_lines(position: Position) -> list[Line]:
    under = "终点" if position.end else f"在{HOLDERS[position.holder]}"
    label = wrapped(position.label, LABEL, POSITION_WIDTH)
    return [*(Line(line, LABEL, bold=True) for line in label), Line(under, SMALL, SOFT)]


def _step_texts(playbook: Playbook) -> dict[str, list[Line]]:
    return {f"s:{step.code}": list(_step_lines(playbook, step)) for step in _moving(playbook)}


def _step_lines(playbook: Playbook, step: Step) -> Iterator[Line]:
    for line in wrapped(step.label, SMALL + 1, STEP_WIDTH):
        yield Line(line, SMALL + 1, BRAND, bold=True)
    for line in wrapped(_who(playbook, step), SMALL - 1, STEP_WIDTH):
        yield Line(line, SMALL - 1, SOFT)
    if _anywhere(playbook, step):
        yield Line("办理中随时可以", SMALL - 1, SOFT)


def _who(playbook: Playbook, step: Step) -> str:
    local = playbook.words.get("roles", {})
    return "、".join(local.get(role) or ROLES.get(role) or BEYOND_STAFF.get(role, role) for role in step.who)


def _standing(playbook: Playbook) -> Iterator[Line]:
    steps = [step for step in playbook.steps.values() if step not in _moving(playbook)]
    if steps:
        yield Line("不改变环节的动作", LABEL, bold=True)
    for step in steps:
        yield Line(f"{step.label}：{_who(playbook, step)}", SMALL, SOFT)


def _size(lines: Sequence[Line]) -> tuple[float, float]:
    return max(text_width(line.text, line.size) for line in lines) + 2 * PAD, _tall(lines) + 1.4 * PAD


def _tall(lines: Iterable[Line]) -> float:
    return sum(line.size * LEADING for line in lines)


def _paragraphs(lines: Sequence[Line], width: float) -> list[Line]:
    return [
        Line(part, line.size, line.colour, line.bold)
        for line in lines
        for part in wrapped(line.text, line.size, width)
    ]


def _box(name: str, box: Box, lines: Sequence[Line], playbook: Playbook) -> Iterator[str]:
    kind, code = name.split(":", 1)
    thing: Position | Step = playbook.positions[code] if kind == "p" else playbook.steps[code]
    yield f"<g id={quoteattr(f'{playbook.code}-{kind}-{code}')}><title>{escape(thing.label)}</title>"
    if isinstance(thing, Position):
        yield from _position_frame(box, thing, start=code == playbook.start)
    else:
        yield _rect(box, fill=BRAND_TINT, stroke=BRAND_TINT, radius=box.height / 2 if box.height < 50 else 20)
    yield from _text(lines, box.x, box.y - _tall(lines) / 2, anchor="middle")
    yield "</g>"


def _position_frame(box: Box, position: Position, *, start: bool) -> Iterator[str]:
    fill = END_TINT if position.end else PAPER
    yield _rect(box, fill=fill, stroke=BRAND if start else INK, radius=6, width=3 if start else 1.5)
    if position.end:
        yield _rect(
            Box(box.width - 7, box.height - 7, box.x, box.y), fill="none", stroke=INK, radius=4, width=1
        )


def _rect(box: Box, *, fill: str, stroke: str, radius: float, width: float = 1.0) -> str:
    return (
        f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="{radius:.1f}"'
        f' fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>'
    )


def _text(lines: Sequence[Line], x: float, y: float, *, anchor: str) -> Iterator[str]:
    for line in lines:
        base = y + line.size * (LEADING - 0.4)
        weight = ' font-weight="700"' if line.bold else ""
        yield (
            f'<text x="{x:.1f}" y="{base:.1f}" font-size="{line.size:g}" fill="{line.colour}" text-anchor="{anchor}"'
            f"{weight}>{escape(line.text)}</text>"
        )
        y += line.size * LEADING


def _arrows(layout: Layout) -> Iterator[str]:
    for edge, points in layout.lines.items():
        back = edge in layout.backward
        looks = f'stroke="{BACK}" stroke-dasharray="6 4"' if back else f'stroke="{LINE}"'
        tip = f' marker-end="url(#{"back" if back else "on"})"' if back or edge[1].startswith("p:") else ""
        yield f'<path d="{_curve(points)}" fill="none" stroke-width="1.8" {looks}{tip}/>'


def _curve(points: Sequence[Point]) -> str:
    """Return a path that runs straight inside a row and swings gently from row to row."""
    (x, y), *rest = points
    path = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in rest:
        if x == to_x:
            path.append(f"L{to_x:.1f} {to_y:.1f}")
        else:
            bend = (y + to_y) / 2
            path.append(f"C{x:.1f} {bend:.1f} {to_x:.1f} {bend:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    return " ".join(path)


def _frame(playbook: Playbook, width: float, height: float, body: Iterable[str]) -> str:
    steps = len(playbook.steps)
    about = (
        f"{playbook.title}：{len(playbook.positions)} 个环节，{steps} 个动作。双框为终点，虚线为退回或重办。"
    )
    named = f'aria-labelledby="{playbook.code}-title {playbook.code}-desc"'
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {named} font-family="{FONT}">',
        f'<title id="{playbook.code}-title">{escape(playbook.title)}</title>',
        f'<desc id="{playbook.code}-desc">{escape(about)}</desc>',
        f"<defs>{_tip('on', LINE)}{_tip('back', BACK)}</defs>",
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        *body,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _tip(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"'
        f' orient="auto-start-reverse"><path d="M0 0 L10 5 L0 10 z" fill="{colour}"/></marker>'
    )
