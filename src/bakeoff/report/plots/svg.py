"""matplotlib's SVG made fit for a page: themed by CSS variables, small, and without ids that could clash."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markupsafe import Markup

from bakeoff.report.plots.palette import VARIABLES

Element = ElementTree.Element
_COLOR = re.compile(r"#[0-9a-f]{6}")
_FONT_FAMILY = re.compile(r"font-family:[^;]*;?\s*")
_DECIMALS = re.compile(r"-?\d+\.\d{2,}")
_REFERENCE = re.compile(r"#([^)]+)\)?$")
_NUMERIC = ("d", "x", "y", "transform")


def inline(svg: str, label: str) -> Markup:
    """An <svg> element for HTML, of what matplotlib wrote; `label` is its text alternative.

    Raises KeyError when the plot uses a colour that is no role of the palette: it could not follow the theme.
    """
    # The SVG is matplotlib's own; ElementTree escapes the names and other data in it.
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        _drop_namespaces(element)
    _drop_unreferenced_ids(root)
    for element in root.iter():
        _drop_style_sheets(element)
        _hoist_style(element)
        _rewrite(element)
    _become_image(root, label)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _drop_namespaces(element: Element) -> None:
    element.tag = element.tag.rpartition("}")[2]
    element.text, element.tail = (element.text or "").strip() or None, None
    for name in [name for name in element.attrib if name.startswith("{")]:
        element.attrib[name.rpartition("}")[2]] = element.attrib.pop(name)


def _drop_unreferenced_ids(root: Element) -> None:
    references = (element.get(name, "") for element in root.iter() for name in ("href", "clip-path"))
    used = {found[1] for found in map(_REFERENCE.search, references) if found}
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)


def _drop_style_sheets(element: Element) -> None:
    # A <style> inside an <svg> would hold for the whole page.
    for child in element.findall("style"):
        element.remove(child)


def _rewrite(element: Element) -> None:
    if "style" in element.attrib:
        style = _FONT_FAMILY.sub("", element.attrib["style"])
        themed = _COLOR.sub(lambda color: f"var({VARIABLES[color[0]]})", style)
        element.attrib["style"] = themed.replace(": ", ":").replace("; ", ";")
    for name in element.attrib.keys() & _NUMERIC:
        rounded = _DECIMALS.sub(lambda number: f"{float(number[0]):.1f}", element.attrib[name])
        element.attrib[name] = " ".join(rounded.split())


def _hoist_style(element: Element) -> None:
    """Say once what all points of a scatter plot say of themselves."""
    styles = {child.get("style") for child in element}
    if len(element) > 1 and {child.tag for child in element} == {"use"} and len(styles) == 1:
        style = styles.pop()
        for child in element:
            child.attrib.pop("style", None)
        element.attrib.update({"style": style} if style else {})


def _become_image(root: Element, label: str) -> None:
    _, _, width, height = root.attrib["viewBox"].split()
    root.attrib.clear()
    root.attrib.update(
        {
            "class": "plot",
            "role": "img",
            "aria-label": label,
            "viewBox": f"0 0 {width} {height}",
            "width": width,
            "height": height,
        }
    )
