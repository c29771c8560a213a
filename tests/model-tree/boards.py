# SPDX-License-Identifier: GPL-3.0-or-later
"""The boards of the model tree: what their files say, as data."""

KB = 1024
MB = 1024 * KB


class Board:
    def __init__(self, target, **facts):
        self.target = target
        self.mcu = facts["mcu"]
        self.cpu = facts.get("cpu", "cortex-m7")
        self.port = facts.get("port", "stm32")
        self.ids = facts["ids"]
        self.arch = facts.get("arch", "")
        self.kind = facts.get("kind", "")
        self.platform = facts.get("platform", "pyboard")
        self.machine = facts.get("machine", "")
        self.firmware = facts["firmware"]
        self.code = facts.get("code", self.firmware)
        self.base = facts.get("base")
        self.boot = facts.get("boot")
        self.jlink = facts.get("jlink")
        self.stack = facts.get("stack", 0x00010000)
        self.partitions = facts.get("partitions", [])
        self.spi = facts.get("spi", False)
        self.regions = facts.get("regions", [])
        self.memory = facts.get("memory", [])
        self.romfs = facts.get("romfs", [])
        self.refused = facts.get("refused")
        self.two_cores = facts.get("two_cores", False)
        self.off = facts.get("off", [])


H7_REGIONS = [
    ("DTCM", 0x20000000, 128 * KB), ("ITCM", 0x00000000, 64 * KB),
    ("SRAM0", 0x24000000, 512 * KB), ("SRAM1", 0x30000000, 280 * KB),
    ("SRAM2", 0x30046000, 8 * KB), ("SRAM4", 0x38000000, 64 * KB),
]

# (macro, region or None, value, comment)
H7_MEMORY = [
    ("OMV_MAIN", "SRAM1", None, "Data and bss"),
    ("OMV_FFS", "DTCM", None, "Cache of the filesystem"),
    ("OMV_STACK", "ITCM", "(64K)", "Stack"),
    ("OMV_SB", "SRAM0", "(32K)", "Streaming buffer"),
    ("OMV_DMA", "SRAM2", None, "Buffers for DMA"),
    ("OMV_GC_BLOCK0", "SRAM4", "(64K)", "First block of the heap"),
    ("OMV_GC_BLOCK1", "SRAM1", "(264K)", "Second block of the heap"),
    ("OMV_UMA_BLOCK0", "SRAM0", "(480K)", "Frame buffers"),
]

H7_MEMORY_OLD = [
    ("OMV_MAIN", "SRAM1", None, "Data and bss"),
    ("OMV_FFS", "DTCM", None, "Cache of the filesystem"),
    ("OMV_STACK", "ITCM", "(64K)", "Stack"),
    ("OMV_FB", "SRAM0", "(400K)", "Frame buffer"),
    ("OMV_FB_ALLOC", None, "(80K)", "Least that algorithms get"),
    ("OMV_JPEG", "SRAM0", "(32K)", "JPEG for the IDE"),
    ("OMV_DMA", "SRAM2", None, "Buffers for DMA"),
    ("OMV_GC_BLOCK0", "SRAM4", "(26K)", "First block of the heap"),
    ("OMV_GC_BLOCK1", "SRAM1", "(267K)", "Second block of the heap"),
]

F4_MEMORY = [
    ("OMV_MAIN", "DTCM", None, "Data and bss"),
    ("OMV_STACK", "DTCM", "(8K)", "Stack"),
    ("OMV_DMA", "SRAM2", None, "Buffers for DMA"),
    ("OMV_GC_BLOCK0", "DTCM", "(44K)", "Heap"),
    ("OMV_UMA_BLOCK0", "SRAM1", "(160K)", "Frame buffers"),
    ("OMV_SB", None, "(8K)", "JPEG for the IDE"),
]

N6_MEMORY = [
    ("OMV_MAIN", "SRAM1", None, "Data and bss"),
    ("OMV_STACK", "SRAM1", "(64K)", "Stack"),
    ("OMV_HEAP", "SRAM1", "(128K)", "Heap of the C library"),
    ("OMV_SB", "DRAM", "(1M)", "Streaming buffer"),
    ("OMV_GC_BLOCK0", "SRAM2", "(1M)", "First block of the heap"),
    ("OMV_GC_BLOCK1", "DRAM", "(24M)", "Second block of the heap"),
    ("OMV_UMA_BLOCK0", "DRAM", "(31M)", "Frame buffers"),
    ("OMV_UMA_BLOCK1", "SRAM1", "(590K)", "Fast pool"),
]

RT_MEMORY = [
    ("OMV_MAIN", "DTCM", None, "Data and bss"),
    ("OMV_STACK", "ITCM1", "(32K)", "Stack"),
    ("OMV_SB", "DRAM", "(1M)", "Streaming buffer"),
    ("OMV_GC_BLOCK0", "OCRM2", "(64K)", "First block of the heap"),
    ("OMV_GC_BLOCK1", "DTCM", "(204K)", "Second block of the heap"),
    ("OMV_UMA_BLOCK0", "DRAM", "(23M)", "Frame buffers"),
    ("OMV_UMA_BLOCK1", "OCRM1", "(512K)", "Fast pool"),
]

PORTENTA_MEMORY = [
    ("OMV_MAIN", "DTCM", None, "Data and bss"),
    ("OMV_STACK", "DTCM", "(32K)", "Stack"),
    ("OMV_SB", "DRAM", "(1M)", "Streaming buffer"),
    ("OMV_GC_BLOCK0", "SRAM1", "(176K)", "First block of the heap"),
    ("OMV_GC_BLOCK1", "DRAM", "(2560K)", "Second block of the heap"),
    ("OMV_UMA_BLOCK0", "DRAM", "(4M)", "Frame buffers"),
    ("OMV_UMA_BLOCK1", "SRAM0", "(480K)", "Fast pool"),
]

# Those of both cores, and what only one of them has.
AE3_MEMORY = {
    "BOOTLOADER": [("OMV_MAIN", "DTCM", None, "Data and bss"),
                   ("OMV_STACK", "ITCM", "(256K)", "Stack")],
    "CORE_M55_HP": [("OMV_MAIN", "DTCM", None, "Data and bss"),
                    ("OMV_STACK", "ITCM", "(256K)", "Stack"),
                    ("OMV_SB", "SRAM6_A", "(1M)", "Streaming buffer"),
                    ("OMV_GC_BLOCK0", "SRAM0", "(4M)", "Heap"),
                    ("OMV_UMA_BLOCK0", "SRAM1", "(2512K)", "Frame buffers"),
                    ("OMV_UMA_BLOCK1", "DTCM", "(512K)", "Fast pool")],
    None: [("OMV_MAIN", "DTCM", None, "Data and bss"),
           ("OMV_STACK", "ITCM", "(256K)", "Stack"),
           ("OMV_SB", "SRAM6_B", "(500K)", "Streaming buffer"),
           ("OMV_GC_BLOCK0", "SRAM8", "(2M)", "Heap"),
           ("OMV_UMA_BLOCK0", "SRAM6_B", "(512K)", "Frame buffers")],
}

BOARDS = [
    Board("OPENMV1", mcu="STM32F407xx", cpu="cortex-m4", ids=(0x1209, 0xABD1),
          firmware=(0x08010000, 960 * KB), base=0x08000000, boot=(0x08000000, 32 * KB),
          refused='"This camera is no longer supported :O Have fun hacking the code $(BRACKET)"'),
    Board("OPENMV2", mcu="STM32F427xx", cpu="cortex-m4", ids=(0x37C5, 0x1202),
          arch="OMV2 F4 256 JPEG", kind="M4", platform="OpenMV2",
          machine="OPENMV2 with STM32F427", stack=0x10010000,
          firmware=(0x08010000, 832 * KB), base=0x08000000, boot=(0x08000000, 32 * KB),
          partitions=[("BOOTLOADER", 1, 0x08000000, 0x08008000),
                      ("FILESYSTEM", 0, 0x08008000, 0x08010000),
                      ("FIRMWARE", 0, 0x08010000, 0x080E0000),
                      ("ROMFS0", 0, 0x080E0000, 0x08100000)],
          regions=[("DTCM", 0x10000000, 64 * KB), ("SRAM1", 0x20000000, 160 * KB),
                   ("SRAM2", 0x20028000, 32 * KB)],
          memory=F4_MEMORY, romfs=[(0x080E0000, 128 * KB)],
          off=["APRILTAGS", "DATAMATRICES", "BARCODES", "FIND_RECTS"]),
    Board("OPENMV4", mcu="STM32H743xx", ids=(0x37C5, 0x1204), arch="OMV4 H7 1024", kind="H7",
          platform="OpenMV4-H7", machine="OPENMV4 with STM32H743",
          firmware=(0x08040000, 1664 * KB), base=0x08000000, boot=(0x08000000, 128 * KB),
          jlink="STM32H743VI",
          partitions=[("BOOTLOADER", 1, 0x08000000, 0x08020000),
                      ("FILESYSTEM", 0, 0x08020000, 0x08040000),
                      ("FIRMWARE", 0, 0x08040000, 0x081E0000),
                      ("ROMFS0", 0, 0x081E0000, 0x08200000)],
          regions=H7_REGIONS, memory=H7_MEMORY, romfs=[(0x081E0000, 128 * KB)]),
    Board("OPENMV_N6", mcu="STM32N657xx", cpu="cortex-m55", ids=(0x37C5, 0x1206),
          arch="OpenMV N6", kind="N6", machine="OpenMV N6 with STM32N657X0", stack=0x34010000,
          firmware=(0x70080000, 3584 * KB), base=0x70000000, boot=(0x34180400, 512 * KB),
          jlink="STM32N657L0", spi=True,
          partitions=[("BOOTLOADER", 1, 0x00000000, 0x00080000),
                      ("FIRMWARE", 0, 0x00080000, 0x00400000),
                      ("FILESYSTEM", 0, 0x00400000, 0x00800000),
                      ("ROMFS0", 0, 0x00800000, 0x02000000)],
          regions=[("DTCM", 0x30000000, 128 * KB), ("ITCM", 0x10000000, 64 * KB),
                   ("SRAM1", 0x34000000, 1 * MB), ("SRAM2", 0x34100000, 1 * MB),
                   ("DRAM", 0x90000000, 64 * MB)],
          memory=N6_MEMORY, romfs=[(0x70800000, 0x1800000)]),
    Board("OPENMV_AE3", mcu="AE722F80F55D5XX", cpu="cortex-m55", port="alif",
          ids=(0x37C5, 0x16E3), arch="OPENMV AE3", kind="AE3", platform="alif",
          machine="OpenMV-AE3 with AE302F80F55D5AE", stack=0x00040000,
          firmware=(0x80020000, 0x300000), boot=(0x80000000, 128 * KB),
          jlink="AE302F80F55D5_HP", two_cores=True, memory=AE3_MEMORY,
          partitions=[("BOOTLOADER", 1, 0x80000000, 0x80020000),
                      ("HP", 0, 0x80020000, 0x80320000), ("HE", 0, 0x80320000, 0x8047E000),
                      ("ROMFS1", 0, 0x8047E000, 0x8057E000), ("TOC", 0, 0x8057E000, 0x80580000),
                      ("FILESYSTEM", 0, 0x00000000, 0x00800000),
                      ("ROMFS0", 0, 0x00800000, 0x02000000),
                      ("RECOVERY", 0, 0x8057F000, 0x80580000)],
          romfs=[(0xA0800000, 0x1800000), (0x8047E000, 0x100000)]),
    Board("OPENMV_RT1060", mcu="MIMXRT1062DVJ6A", port="mimxrt", ids=(0x37C5, 0x1060),
          arch="OMVRT1060 32768 SDRAM", kind="IMXRT1060", platform="mimxrt",
          machine="OpenMV IMXRT1060 with MIMXRT1062DVJ6A", stack=0x00008000,
          firmware=(0x60040000, 0x3C0000), code=(0x60043000, 0x380000), base=0x60000000,
          jlink="MIMXRT1062xxx6A",
          regions=[("DTCM", 0x20000000, 384 * KB), ("ITCM1", 0x00000000, 32 * KB),
                   ("OCRM1", 0x20200000, 512 * KB), ("OCRM2", 0x20280000, 64 * KB),
                   ("DRAM", 0x80000000, 32 * MB)],
          memory=RT_MEMORY, romfs=[(0x60800000, 8 * MB)]),
    Board("ARDUINO_PORTENTA_H7", mcu="STM32H747xx", ids=(0x2341, 0x045B),
          arch="PORTENTA H7 8192 SDRAM", kind="H7",
          machine="Arduino Portenta H7 with STM32H747", stack=0x20008000,
          firmware=(0x08040000, 1792 * KB), jlink="STM32H747XI",
          regions=[("DTCM", 0x20000000, 128 * KB), ("SRAM0", 0x24000000, 512 * KB),
                   ("SRAM1", 0x30000000, 240 * KB), ("SRAM4", 0x38000000, 64 * KB),
                   ("DRAM", 0x60000000, 8 * MB)],
          memory=PORTENTA_MEMORY, romfs=[(0x90B00000, 4 * MB)]),
]


def find(target):
    for board in BOARDS:
        if board.target == target:
            return board
    raise SystemExit(f"make.py: no board named {target} in the model")


def old_form(board):
    """OPENMV4 as it was before ROMFS: more code, three partitions, frame buffer macros."""
    return Board(board.target, mcu=board.mcu, cpu=board.cpu, port=board.port, ids=(0x1209, 0xABD1),
                 arch=board.arch, kind=board.kind, platform=board.platform, machine=board.machine,
                 firmware=(0x08040000, 1792 * KB), base=board.base, boot=board.boot,
                 stack=board.stack, regions=board.regions, memory=H7_MEMORY_OLD,
                 partitions=board.partitions[:2] + [("FIRMWARE", 0, 0x08040000, 0x08200000)])
