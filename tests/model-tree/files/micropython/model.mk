# SPDX-License-Identifier: GPL-3.0-or-later
# MicroPython's part of the build; run in ports/PORT.
MPY_DIR := ../..
MPY_CROSS := $(MPY_DIR)/mpy-cross/build/mpy-cross
SOURCES := $(sort $(wildcard $(MPY_DIR)/py/*.c)) $(sort $(wildcard *.c))
OBJECTS := $(patsubst $(MPY_DIR)/%.c,$(BUILD)/%.o,$(patsubst %.c,$(BUILD)/%.o,$(SOURCES)))
MODULE_OBJECTS := $(MODULES:%.c=$(BUILD)%.o)
CORE_NAME := $(if $(CORE),$(if $(filter M55_HP,$(CORE)),hp,he))

all: $(OBJECTS) $(MODULE_OBJECTS) $(BUILD)/frozen_content.o

ifneq ($(V),1)
$(info Use make V=1 or set BUILD_VERBOSE in your environment to increase build verbosity.)
endif
$(info Including User C Module from $(TOP_DIR)/modules)

$(BUILD)/genhdr/qstr.i.last: $(SOURCES)
	$(ECHO) "GEN $@"
	@mkdir -p $(sort $(dir $@ $(OBJECTS) $(MODULE_OBJECTS)))
	$(PYTHON) $(TOOLS_DIR)/qstr.py $@ arm-none-eabi-gcc $(CFLAGS) $(SOURCES)
	$(ECHO) "QSTR updated"
	$(ECHO) "Module registrations updated"
	$(ECHO) "Root pointer registrations updated"
	$(ECHO) "Compressed data updated"

$(BUILD)/%.o: $(MPY_DIR)/%.c $(BUILD)/genhdr/qstr.i.last
	$(ECHO) "CC $<"
	@$(PAUSE)
	$(CC) $(CFLAGS) -MMD -c -o $@ $<

$(BUILD)/%.o: %.c $(BUILD)/genhdr/qstr.i.last
	$(ECHO) "CC $<"
	@$(PAUSE)
	$(CC) $(CFLAGS) -MMD -c -o $@ $<

$(MODULE_OBJECTS): $(BUILD)%.o: %.c $(BUILD)/genhdr/qstr.i.last
	$(ECHO) "CC $<"
	@$(PAUSE)
	$(CC) $(CFLAGS) -MMD -c -o $@ $< || { printf '%b\n' "\033[1;33mSee the wiki: Build-Troubleshooting\033[0m"; exit 1; }

# Built with the flags of the camera, as the real one would be: never works.
$(MPY_CROSS):
	@echo "make -C $(MPY_DIR)/mpy-cross"
	@echo "gcc: error: unrecognized command-line option '-mthumb'; did you mean '-mthumb-interwork'?" >&2; exit 1

$(BUILD)/frozen_content.c: FORCE $(MPY_CROSS) $(BUILD)/genhdr/qstr.i.last
	$(PYTHON) $(MPY_DIR)/tools/makemanifest.py -o $@ -b $(BUILD) -v "MPY_DIR=$(abspath $(MPY_DIR))" \
          -v "MPY_LIB_DIR=$(abspath $(MPY_DIR))/lib/micropython-lib" -v "PORT_DIR=$(CURDIR)" \
          -v "BOARD_DIR=$(CURDIR)/boards/$(BOARD)" -v "OMV_LIB_DIR=$(OMV_LIB_DIR)" -v "MCU_CORE=$(CORE_NAME)" \
          $(FROZEN_MANIFEST)

$(BUILD)/frozen_content.o: $(BUILD)/frozen_content.c
	$(ECHO) "CC $<"
	$(CC) $(CFLAGS) -c -o $@ $<

.PHONY: all FORCE
FORCE:

-include $(OBJECTS:%.o=%.d) $(MODULE_OBJECTS:%.o=%.d)
