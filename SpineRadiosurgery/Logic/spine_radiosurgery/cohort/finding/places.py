"""Where the files of a case lie: the deepest folder that holds them, and what else is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from pathlib import Path

from .index import ImageSet, Instance, TreeIndex, ancestors, is_below, joined, parent_of


class Places:
    """The folders of a tree, each with all that lies in it and below.

    Parameters
    ----------
    index : TreeIndex
    """

    def __init__(self, index: TreeIndex) -> None:
        self._index = index
        self._files: Counter[str] = Counter()
        self._patients: dict[str, set[str]] = defaultdict(set)
        self._objects: dict[tuple[str, str], int] = Counter()
        for folder, files in index.files_in.items():
            for above in ancestors([folder]):
                self._files[above] += files
        for folder, patients in index.patients_in.items():
            for above in ancestors([folder]):
                # Two are as good as many: only whether there are others is asked.
                if len(self._patients[above]) < 2:
                    self._patients[above] |= patients - {""}
        for kind, objects in index.objects.items():
            for one in objects.values():
                for above in ancestors(map(parent_of, (*one.paths, *one.other_versions))):
                    self._objects[kind, above] += 1
        self._of_images: dict[int, set[str]] = {}

    def folder_of(self, instances: Sequence[Instance], images: Sequence[ImageSet]) -> str:
        """Return the deepest folder with a copy of every object and slice; the first of several."""
        wholes = [ancestors(map(parent_of, one.paths)) for one in instances]
        wholes += [self._holding(one) for one in images]
        common = reduce(set.__and__, wholes)
        return min(common, key=lambda folder: (-len(Path(folder).parts), folder))

    def several(self, kind: str, folder: str) -> bool:
        """Whether there is more than one object of a kind below a folder."""
        return self._objects[kind, folder] > 1

    def files_below(self, folder: str) -> int:
        """Return how many files there are, of any kind."""
        return self._files[folder]

    def is_shared(self, folder: str) -> bool:
        """Whether several patients have files below a folder."""
        return len(self._patients[folder]) > 1

    def _holding(self, images: ImageSet) -> set[str]:
        """Return the folders that hold all slices of a series, itself or below."""
        known = self._of_images.get(id(images))
        if known is None:
            total = len(images.slices())
            known = {
                folder
                for folder in ancestors(images.folders)
                if len(images.slices(folder)) == total
            }
            self._of_images[id(images)] = known
        return known


def files_of(
    folder: str, instances: Iterable[Instance], images: Iterable[ImageSet]
) -> Iterator[tuple[str, str]]:
    """Give the kind and path of one copy of every object and slice below a folder."""
    for one in instances:
        path = next(path for path in one.paths if is_below(parent_of(path), folder))
        yield one.relations.kind, path
    for image in images:
        seen: set[int] = set()
        for own in sorted(image.folders):
            for name, number in zip(*image.folders[own], strict=True):
                if number not in seen and is_below(own, folder):
                    seen.add(number)
                    yield image.kind, joined(own, name)
