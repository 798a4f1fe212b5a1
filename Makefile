# SPDX-License-Identifier: BSD-3-Clause
#
# make deps | all | demo | check | bench | fuzz | install | uninstall | clean
#
# V=1 shows every command; DESTDIR, PREFIX, CC and CFLAGS are honoured; BUILD is the folder for all output;
# SANITIZE=address,undefined builds with those sanitizers.

VERSION := 0.1.0

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
MIBDIR ?= $(PREFIX)/share/snmp/mibs
DOCDIR ?= $(PREFIX)/share/doc/ipsec-spi-agent
CONFDIR ?= /etc/snmp
UNITDIR ?= $(PREFIX)/lib/systemd/system

BUILD ?= build
V ?= 0
quiet_0 = @printf '  %-5s %s\n'
quiet_1 = @true
quiet = $(quiet_$(V))
hush_0 = @
hush = $(hush_$(V))

CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wcast-qual -Wformat=2 -Wundef -Wvla -Wwrite-strings -Wnull-dereference -Wimplicit-fallthrough
HARDENING := -fstack-protector-strong -fPIE -fcf-protection
HARDENING_LD := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed
ifdef SANITIZE
HARDENING += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDENING_LD += -fsanitize=$(SANITIZE)
else
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

# net-snmp's headers are not clean under our warnings: -isystem.
own_cppflags = -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Iinclude
own_cflags = -std=c11 $(WARNINGS) $(HARDENING) $(WERROR)
compile = $(CC) $(own_cppflags) $(CPPFLAGS) $(own_cflags) $(CFLAGS)
link = $(CC) $(HARDENING) $(CFLAGS) $(HARDENING_LD) $(LDFLAGS)

# What is pure or nearly so, and shared by both programs and the tests.
CORE := sa algorithm snapshot columns klips_text klips_name klips_field klips_value klips_token
CORE_OBJS := $(CORE:%=$(BUILD)/%.o)

.PHONY: all
all:

include_deps := $(wildcard $(BUILD)/*.d $(BUILD)/*/*.d)
-include $(include_deps)

$(BUILD)/%.o: src/%.c Makefile | $(BUILD)
	$(quiet) CC $@
	$(hush)$(compile) -MMD -MP -c -o $@ $<

$(BUILD):
	$(hush)mkdir -p $@

.PHONY: clean
clean:
	rm -rf $(BUILD)
