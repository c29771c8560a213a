# SPDX-License-Identifier: GPL-3.0-or-later
"""A cascade of OpenCV (newer form) as the camera reads it: little endian, scaled to integers."""
import struct
import xml.etree.ElementTree


def numbers(element):
    return [float(word) for word in element.text.split()]


def convert(path):
    cascade = xml.etree.ElementTree.parse(path).getroot().find("cascade")
    stages = list(cascade.find("stages"))
    nodes, leaves, counts, limits = [], [], [], []
    for stage in stages:
        weak = list(stage.find("weakClassifiers"))
        counts.append(int(stage.find("maxWeakCount").text))
        limits.append(float(stage.find("stageThreshold").text))
        nodes += [numbers(one.find("internalNodes")) for one in weak]
        leaves += [numbers(one.find("leafValues")) for one in weak]
    rects = [[numbers(rect) for rect in feature.find("rects")]
             for feature in cascade.find("features")]
    data = struct.pack("<iii", int(cascade.find("width").text), int(cascade.find("height").text),
                       len(counts))
    data += bytes(counts)
    data += b"\0" * (-len(data) % 4)
    data += b"".join(struct.pack("<h", int(limit * 256)) for limit in limits)
    data += b"".join(struct.pack("<h", int(node[3] * 4096)) for node in nodes)
    data += b"".join(struct.pack("<h", int(leaf[0] * 256)) for leaf in leaves)
    data += b"".join(struct.pack("<h", int(leaf[1] * 256)) for leaf in leaves)
    used = [rects[int(node[2])] for node in nodes]
    data += bytes(len(some) for some in used)
    data += b"".join(struct.pack("<b", int(rect[4])) for some in used for rect in some)
    data += b"".join(bytes(int(side) for side in rect[:4]) for some in used for rect in some)
    return data, len(counts), len(nodes), sum(len(some) for some in used)
