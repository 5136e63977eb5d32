# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Claims: named tests, as GoogleTest's XML tells of them.

A claim is one named test, Suite.Name. Parameters make *instances* of it, flavours and numbers of
harts make *runs*; it passes when all of those pass.
"""

import dataclasses
import re
import xml.etree.ElementTree as ElementTree


@dataclasses.dataclass
class Case:
    """One run of one instance."""

    suite: str
    name: str
    verdict: str = "pass"  # pass, fail or skip
    message: str = ""
    figure: str = ""
    seconds: float = 0.0
    target: str = ""  # Bazel's label.
    flavour: str = ""

    @property
    def claim(self):
        """Suite.Name without GoogleTest's marks of instances: `Inst/Suite/0.Name/3`."""
        suites = [part for part in self.suite.split("/") if not part.isdigit()]
        return f"{suites[-1]}.{self.name.split('/')[0]}"

    @property
    def instance(self):
        return f"{self.target} {self.suite}.{self.name}"


def read_xml(path, target="", flavour=""):
    """The cases of a test.xml."""
    cases = []
    for element in ElementTree.parse(path).iter("testcase"):
        suite = element.get("classname") or target.rpartition(":")[0].lstrip("/") or "test"
        case = Case(suite, element.get("name"), target=target, flavour=flavour,
                    seconds=float(element.get("time") or 0))
        for figure in element.iter("property"):
            if figure.get("name") == "figure":
                case.figure = figure.get("value", "")
        case.figure = case.figure or element.get("figure", "")
        failures = [child for child in element if child.tag in ("failure", "error")]
        skipped = element.find("skipped")
        if failures:
            case.verdict = "fail"
            case.message = failures[0].get("message") or failures[0].text or ""
        elif skipped is not None or element.get("status") == "notrun":
            case.verdict = "skip"
            case.message = _reason(skipped)
        cases.append(case)
    return cases


def _reason(skipped):
    """The text that somebody wrote; GoogleTest puts file and line before it."""
    if skipped is None:
        return ""
    text = skipped.get("message") or skipped.text or ""
    lines = [line for line in text.splitlines() if not re.fullmatch(r"\S+:\d+", line.strip())]
    text = " ".join(line.strip() for line in lines).strip()
    return "" if text == "Skipped" else text


def write_xml(path, cases):
    """Writes what read_xml reads."""
    root = ElementTree.Element("testsuites")
    for case in cases:
        element = ElementTree.SubElement(root, "testcase", {
            "classname": case.suite, "name": case.name, "status": "run",
            "time": f"{case.seconds:.3f}"})
        if case.figure:
            properties = ElementTree.SubElement(element, "properties")
            ElementTree.SubElement(properties, "property", name="figure", value=case.figure)
        tag = {"fail": "failure", "skip": "skipped"}.get(case.verdict)
        if tag:
            ElementTree.SubElement(element, tag, message=_printable(case.message))
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _printable(text):
    """XML has no way to say most control characters."""
    return "".join(c if c in "\n\t" or c.isprintable() else "?" for c in text)


@dataclasses.dataclass
class Claim:
    """All runs of one named test."""

    name: str
    cases: list = dataclasses.field(default_factory=list)

    @property
    def verdict(self):
        verdicts = {case.verdict for case in self.cases}
        for verdict in ("fail", "pass"):
            if verdict in verdicts:
                return verdict
        return "skip"

    @property
    def figure(self):
        return next((case.figure for case in self.cases if case.figure), "")

    @property
    def targets(self):
        return sorted({case.target for case in self.cases})


def gather(cases):
    """{name: Claim}, sorted by name."""
    claims = {}
    for case in cases:
        claims.setdefault(case.claim, Claim(case.claim)).cases.append(case)
    return dict(sorted(claims.items()))


def unexplained_skips(cases):
    return [case for case in cases if case.verdict == "skip" and not case.message.strip()]


def counts(claims):
    """(passed, failed, skipped)"""
    verdicts = [claim.verdict for claim in claims.values()]
    return tuple(verdicts.count(verdict) for verdict in ("pass", "fail", "skip"))
