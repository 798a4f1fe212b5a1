# SPDX-License-Identifier: BSD-3-Clause
"""
Which lines of src and include the programs of a build with COVERAGE=1 have run.

What a process has counted goes to a folder of the caller's choice, since the build is read-only in User-Mode Linux, and two
kernels do not see each other's locks; report() adds up all such folders.  A process that is killed, or that has become
a user who may not write there, counts nothing.
"""

import collections
import itertools
import json
import os
import subprocess
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
ENOUGH = 0.9


def environment(build, counts):
    """The variables of gcov(1) that have programs count there; makes the folder, where any user may write."""
    for objects in (TREE / build / "obj").iterdir():
        folder = counts / "obj" / objects.name
        folder.mkdir(parents=True)
        folder.chmod(0o777)
    depth = len((TREE / build).parts) - 1
    return {"GCOV_PREFIX": str(counts), "GCOV_PREFIX_STRIP": str(depth), "GCOV_ERROR_FILE": os.devnull}


def lines_of(folder, files):
    """((source, line), how often) of these files of gcov's in the folder."""
    command = ["gcov", "--json-format", "--stdout", *map(str, files)]
    said = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    for document in filter(None, said.splitlines()):
        for file in json.loads(document)["files"]:
            for line in file["lines"]:
                yield (file["file"], line["line_number"]), line["count"]


def count(build, folders):
    """{source: {line: how often}} of the sources in src and include."""
    objects = TREE / build / "obj"
    notes = sorted(path.relative_to(objects) for path in objects.glob("*/*.gcno"))
    counted = [lines_of(objects, notes)]  # what no process has run counts 0
    for folder in folders:
        run = [note for note in notes if (folder / "obj" / note).with_suffix(".gcda").exists()]
        for note in run:
            (folder / "obj" / note).symlink_to(objects / note)
        counted.append(lines_of(folder / "obj", run) if run else ())
    sources = collections.defaultdict(collections.Counter)
    for (source, line), times in itertools.chain(*counted):
        if source.startswith(("src/", "include/")):
            sources[source][line] += times
    return sources


def not_run(lines):
    """{1: 0, 2: 0, 4: 0, 5: 1, 7: 0} as "1-4, 7"."""
    runs = (list(run) for _, run in itertools.groupby(sorted(lines), lambda line: lines[line] > 0))
    ends = [(run[0], run[-1]) for run in runs if lines[run[0]] == 0]
    return ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in ends)


def share(lines):
    return sum(times > 0 for times in lines) / len(lines)


def report(build, folders):
    """The table as text: a line for each folder, then each file of which less than nine tenths are run, and what is not."""
    sources = count(build, folders)
    by_folder = collections.defaultdict(list)
    for source, lines in sources.items():
        by_folder[Path(source).parts[1]] += lines.values()
    by_folder = {**dict(sorted(by_folder.items())), "all": [times for lines in by_folder.values() for times in lines]}
    said = [f"{'folder':<10} lines     run"]
    said += [f"{name:<10} {len(lines):>5} {share(lines):>6.1%}" for name, lines in by_folder.items()]
    for source, lines in sorted(sources.items()):
        if share(lines.values()) < ENOUGH:
            said.append(f"{source} {share(lines.values()):.1%}, not {not_run(lines)}")
    return "\n".join(said)
