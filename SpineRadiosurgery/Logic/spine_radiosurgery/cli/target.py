"""`spine-radiosurgery target`: vertebra masks to a target and its sectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..anatomy import split_vertebra
from ..cord import prv
from ..geometry import InputError, Structure
from ..targets import RULE_SETS, Override, define_targets
from ..targets.assembly import MARGIN_AROUND
from ..targets.involvement import THRESHOLD
from .options import margin_of
from .references import HELP, InputReader
from .target_files import TargetFiles
from .target_record import print_record, target_record


def target(
    vertebra_masks: Annotated[list[str], typer.Argument(help=f"Vertebrae, each as {HELP}.")],
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="Target and sectors: .seg.nrrd (3D Slicer); or the target alone: .nrrd, .nii.gz.",
        ),
    ],
    template: Annotated[
        str | None,
        typer.Option(
            help="RTOG 0631: body (by default), body_and_pedicles, whole_vertebra or "
            "posterior_elements."
        ),
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(help="Label number or segment name of the vertebra; may repeat."),
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option(
            help="Level such as L3: chooses in a file of many vertebrae, else says which level the "
            "mask is; may repeat."
        ),
    ] = None,
    scheme: Annotated[
        str, typer.Option(help="Numbering of a file of many vertebrae, with --level.")
    ] = "auto",
    canal: Annotated[
        str | None, typer.Option(help="Spinal canal; the vertebra is then split by it.")
    ] = None,
    cord: Annotated[
        str | None, typer.Option(help="Spinal cord; it is taken out of the target.")
    ] = None,
    prv_margin_mm: Annotated[
        str | None,
        typer.Option(help="Take the cord out with this margin: one in mm, or six with commas."),
    ] = None,
    gtv: Annotated[
        list[str] | None,
        typer.Option(help="Tumor that is united with the target; may repeat."),
    ] = None,
    margin_mm: Annotated[
        str,
        typer.Option(
            help="Around the sectors: one margin in mm, or six with commas (right, left, anterior, "
            "posterior, superior, inferior)."
        ),
    ] = "0",
    margin_around: Annotated[
        str, typer.Option(help=f"What gets the margin: {' or '.join(MARGIN_AROUND)}.")
    ] = MARGIN_AROUND[0],
    clip_to: Annotated[
        str | None, typer.Option(help="Body contour that the target may not leave.")
    ] = None,
    consensus: Annotated[
        str | None,
        typer.Option(
            help=f"Let rules propose the sectors from the GTV: {' or '.join(RULE_SETS)}; beside "
            "--template they are only compared."
        ),
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(help="Add a sector such as left_pedicle, or L3:left_pedicle; may repeat."),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="Leave a sector out, as in --include; may repeat.")
    ] = None,
    involved_percent: Annotated[
        float, typer.Option(help="Share of a sector in the GTV from which it is involved, %.")
    ] = 100 * THRESHOLD,
    name: Annotated[
        str | None, typer.Option(help="The target's name; by default CTV with the levels.")
    ] = None,
    target_only: Annotated[
        bool, typer.Option("--target-only", help="Do not write the sectors beside the target.")
    ] = False,
    sectors_output: Annotated[
        Path | None, typer.Option(help="Write the sectors into a file of their own, too.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Draw sectors, target and cord into this PNG file.")
    ] = None,
    json: Annotated[
        Path | None, typer.Option(help="Write quality, decisions and volumes into this file.")
    ] = None,
) -> None:
    """Split vertebrae into six sectors and make a target volume from them."""
    files = TargetFiles(output, sectors_output, picture, json, target_only)
    files.check()
    inputs = InputReader()
    its_canal, its_cord = inputs.optional("canal", canal), inputs.optional("cord", cord)
    tumours = [inputs.structure("gtv", text) for text in gtv or ()]
    body = inputs.optional("clip_to", clip_to)
    margin, risk = margin_of("--margin-mm", margin_mm), _risk_volume(its_cord, prv_margin_mm)
    vertebrae = inputs.vertebrae(vertebra_masks, label or (), level or (), scheme)
    sectors = [
        split_vertebra(vertebra, its_canal, cord=its_cord, level=its_level)
        for vertebra, its_level in vertebrae
    ]
    definitions = define_targets(
        sectors,
        template,
        gtv=tumours,
        margin_mm=0.0 if margin is None else margin,
        margin_around=margin_around,
        cord=its_cord,
        clip_to=body,
        prv=risk,
        name=name,
        consensus=consensus,
        overrides=[*_overrides(include or (), True), *_overrides(exclude or (), False)],
        threshold=involved_percent / 100,
    )
    pictures = files.drawn_pictures(definitions, its_cord)
    written = files.write_structures(definitions, sectors)
    files.write_rest(pictures, target_record(definitions, sectors, tumours, written, inputs.read))
    console = Console(soft_wrap=True, highlight=False)
    print_record(definitions, sectors, written, console)
    for path in [*pictures, *([json] if json else [])]:
        console.print(f"Written: {path}", markup=False)


def _risk_volume(cord: Structure | None, margin_mm: str | None) -> Structure | None:
    margin = margin_of("--prv-margin-mm", margin_mm)
    if margin is None:
        return None
    if cord is None:
        raise InputError("--prv-margin-mm is a margin around the cord; give --cord, too.")
    return prv(cord, margin).structure


def _overrides(texts: Sequence[str], included: bool) -> list[Override]:
    """Read `SECTOR` or `LEVEL:SECTOR`."""
    found = []
    for text in texts:
        level, _, sector = text.rpartition(":")
        found.append(Override(sector.replace("-", "_"), included, level or None))
    return found
