"""`deepforge doctor`: look at everything a run needs, and say what to do about what is wrong."""

from __future__ import annotations

import click

from deepforge.cli.checks import CHECKS, Finding, look_around
from deepforge.cli.options import json_option
from deepforge.cli.output import FAILED, SUCCESS, print_json
from deepforge.cli.terminal import clean

_LOOKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "problem": ("✗", "red")}


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Check Python, the settings, uv, disk, port, data directory, database, worker, graphics processors and
    the cost of log().

    The exit code is 1 when there is a problem; warnings do not count.
    """
    surroundings = look_around()
    findings: list[Finding] = []
    for check in CHECKS:
        finding = check(surroundings)
        findings.append(finding)
        if not as_json:
            _print(finding)
    if as_json:
        print_json({"checks": findings})
    return FAILED if any(finding.level == "problem" for finding in findings) else SUCCESS


def _print(finding: Finding) -> None:
    icon, colour = _LOOKS[finding.level]
    click.echo(
        f"{click.style(f'{icon} {finding.level:7}', fg=colour)}  {finding.name:15} {clean(finding.text)}"
    )
    if finding.hint:
        click.echo(f"{'':26} {clean(finding.hint)}")
