# SPDX-License-Identifier: GPL-3.0-or-later
GCC_VERSION := $(shell arm-none-eabi-gcc -dumpversion | cut -d. -f1-2)
GCC_NUMBER := $(shell echo $(GCC_VERSION) | awk -F. '{ print $$1 * 100 + $$2 }')
ifeq ($(shell test $(GCC_NUMBER) -lt 1403 && echo yes),yes)
$(warning *** ERROR ***)
$(warning GCC $(GCC_VERSION) has known issues with Cortex-M55)
$(warning Upgrade to GCC 14.3+ for proper CM55 support)
$(error )
endif
