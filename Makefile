# SPDX-License-Identifier: BSD-3-Clause
#
# make deps | all | demo | check | check-in | check-zabbix | lint | coverage | compile_commands.json | bench | fuzz | monitoring | messages | pictures |
# make install | uninstall | dist | deb | clean
#
# V=1 shows every command; DESTDIR, PREFIX, CC and CFLAGS are honoured; BUILD is the folder for all output;
# SANITIZE=address,undefined builds with those sanitizers; COVERAGE=1 counts the lines that run, for gcov.

VERSION := 0.1.0

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
BINDIR ?= $(PREFIX)/bin
# Where Nagios, Icinga and the like look for plugins.
PLUGINDIR ?= $(PREFIX)/lib/nagios/plugins
MANDIR ?= $(PREFIX)/share/man
MIBDIR ?= $(PREFIX)/share/snmp/mibs
DOCDIR ?= $(PREFIX)/share/doc/ipsec-spi-agent
CONFDIR ?= /etc/snmp
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d

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
# Before make deps, there may be no compiler.
MACHINE := $(shell $(CC) -dumpmachine 2>/dev/null)
HARDENING_x86_64 := -fcf-protection -fstack-clash-protection
HARDENING_aarch64 := -mbranch-protection=standard
HARDENING := -fstack-protector-strong -fPIE $(HARDENING_$(firstword $(subst -, ,$(MACHINE))))
HARDENING_LD := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed
ifdef SANITIZE
HARDENING += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDENING_LD += -fsanitize=$(SANITIZE)
else ifdef COVERAGE
HARDENING += --coverage
CFLAGS := -O0 -g
else
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

# Programs are optimised as a whole. Tests, of which there are many, link the same objects as they are: fat ones, which
# clang does not make.
ifeq ($(SANITIZE)$(COVERAGE)$(findstring clang,$(shell $(CC) --version 2>/dev/null)),)
LTO := -flto=auto
LTO_OBJECTS := $(LTO) -ffat-lto-objects
endif

own_cppflags = -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Iinclude
own_cflags = -std=c11 $(WARNINGS) $(HARDENING) $(WERROR)
compile = $(CC) $(own_cppflags) $(CPPFLAGS) $(own_cflags) $(CFLAGS)
link = $(CC) $(HARDENING) $(CFLAGS) $(HARDENING_LD) $(LDFLAGS)

# All but the files with main() goes into one archive, of which each program and each test takes what it needs.
MAINS := src/agent/main.c src/mib2text/mib2text.c src/mib2text/check_ipsec_tunnels.c
MODULES := $(filter-out $(MAINS),$(wildcard src/*/*.c))
AGENT_LIBS := -lnetsnmpmibs -lnetsnmpagent -lnetsnmp -lcap-ng -lseccomp -lmnl
MIB2TEXT_LIBS := -lnetsnmp -lncursesw -ltinfo
PROGRAMS := $(BUILD)/ipsec-spi-agent $(BUILD)/mib2text $(BUILD)/check_ipsec_tunnels

.PHONY: all
all: $(PROGRAMS)

$(BUILD)/libipsecspi.a: $(MODULES:src/%.c=$(BUILD)/obj/%.o)
	$(quiet) AR $@
	$(hush)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/ipsec-spi-agent: $(BUILD)/obj/agent/main.o $(BUILD)/libipsecspi.a
	$(quiet) LD $@
	$(hush)$(link) $(LTO) -o $@ $^ $(AGENT_LIBS) $(LDLIBS)

$(BUILD)/mib2text: $(BUILD)/obj/mib2text/mib2text.o $(BUILD)/libipsecspi.a
	$(quiet) LD $@
	$(hush)$(link) $(LTO) -o $@ $^ $(MIB2TEXT_LIBS) $(LDLIBS)

$(BUILD)/check_ipsec_tunnels: $(BUILD)/obj/mib2text/check_ipsec_tunnels.o $(BUILD)/libipsecspi.a
	$(quiet) LD $@
	$(hush)$(link) $(LTO) -o $@ $^ $(MIB2TEXT_LIBS) $(LDLIBS)

include_deps := $(wildcard $(patsubst %,$(BUILD)/%/*.d,bench obj/* tests tests/lib tests/unit/*))
-include $(include_deps)

$(BUILD)/obj/%.o: src/%.c Makefile $(BUILD)/flags | $(BUILD)
	$(quiet) CC $@
	$(hush)mkdir -p $(@D)
	$(hush)$(compile) $(LTO_OBJECTS) -MMD -MP -c -o $@ $<

# Other flags make other objects.  But "sudo make install", to which CFLAGS may not have come, takes what was built.
$(BUILD)/flags: export flags = $(compile) $(link) $(LTO_OBJECTS)
$(BUILD)/flags: $(if $(filter-out install,$(or $(MAKECMDGOALS),all)),FORCE) | $(BUILD)
	$(hush)printf '%s\n' "$$flags" | cmp -s - $@ || printf '%s\n' "$$flags" >$@

.PHONY: FORCE
FORCE:

$(BUILD):
	$(hush)mkdir -p $@

MIB_FILES := $(wildcard mibs/*.txt mibs/standard/*.txt)
# The pages of monitoring systems, and the folders of what they want to be copied.
MONITORING := $(wildcard docs/monitoring/*.md)
MONITORING_FILES := $(sort $(shell find conf/monitoring -type f))
files_in = $(foreach file,$(MONITORING_FILES),$(if $(filter $1,$(dir $(file))),$(file)))

# install_as,MODE,FILES,FOLDER.  Texts name the places of the default PREFIX; installed, they name the real ones.
define install_as
	$(quiet) INST "$(DESTDIR)$3: $(notdir $2)"
	$(hush)install -D -m $1 -t $(DESTDIR)$3 $2
endef
define install_renamed
	$(quiet) INST "$(DESTDIR)$3"
	$(hush)install -D -m $1 $2 $(DESTDIR)$3
endef
define newline


endef
install_new = $(if $(wildcard $(DESTDIR)$3),,$(call install_renamed,$1,$2,$3))
define install_text
	$(call install_as,644,$1,$2)
	$(hush)sed -i 's|/usr/local/sbin|$(SBINDIR)|g; s|/usr/local/bin|$(BINDIR)|g; s|/usr/local/lib/nagios/plugins|$(PLUGINDIR)|g; \
		s|/usr/local/share/snmp/mibs|$(MIBDIR)|g; \
		s|/usr/local/share/doc/ipsec-spi-agent|$(DOCDIR)|g' \
		$(addprefix $(DESTDIR)$2/,$(notdir $1))
endef

.PHONY: install
install: all
	$(call install_as,755,$(BUILD)/ipsec-spi-agent,$(SBINDIR))
	$(call install_as,755,$(BUILD)/mib2text,$(BINDIR))
	$(call install_as,755,$(BUILD)/check_ipsec_tunnels,$(PLUGINDIR))
	$(call install_as,644,$(MIB_FILES),$(MIBDIR))
	$(call install_text,docs/mib2text.1 docs/check_ipsec_tunnels.1,$(MANDIR)/man1)
	$(call install_text,docs/ipsec-spi-agent.conf.5,$(MANDIR)/man5)
	$(call install_text,docs/ipsec-spi-agent.8,$(MANDIR)/man8)
	$(call install_text,README.md LICENSE conf/snmpd-ipsec-spi.conf,$(DOCDIR))
	$(call install_text,$(MONITORING),$(DOCDIR)/monitoring)
	$(foreach folder,$(sort $(dir $(MONITORING_FILES))),$(call install_text,$(call files_in,$(folder)),$(DOCDIR)/$(folder:conf/%/=%))$(newline))
	$(call install_text,conf/ipsec-spi-agent.service conf/ipsec-spi-agent-strongswan.service,$(UNITDIR))
	$(call install_renamed,644,conf/ipsec-spi-agent.sysusers,$(SYSUSERSDIR)/ipsec-spi-agent.conf)
	$(call install_renamed,644,conf/ipsec-spi-agent.tmpfiles,$(TMPFILESDIR)/ipsec-spi-agent.conf)
	$(call install_new,600,conf/ipsec-spi-agent.conf,$(CONFDIR)/ipsec-spi-agent.conf)
	$(call install_new,644,conf/snmpd-agentx.conf,$(CONFDIR)/snmpd.conf.d/ipsec-spi-agent.conf)

# Configuration files stay: they may have been edited.
.PHONY: uninstall
uninstall:
	$(quiet) RM "what make install put below $(or $(DESTDIR),/)"
	$(hush)rm -f $(addprefix $(DESTDIR),$(SBINDIR)/ipsec-spi-agent $(BINDIR)/mib2text $(PLUGINDIR)/check_ipsec_tunnels \
		$(addprefix $(MIBDIR)/,$(notdir $(MIB_FILES))) \
		$(MANDIR)/man1/mib2text.1 $(MANDIR)/man1/check_ipsec_tunnels.1 $(MANDIR)/man5/ipsec-spi-agent.conf.5 $(MANDIR)/man8/ipsec-spi-agent.8 \
		$(UNITDIR)/ipsec-spi-agent.service $(UNITDIR)/ipsec-spi-agent-strongswan.service $(SYSUSERSDIR)/ipsec-spi-agent.conf $(TMPFILESDIR)/ipsec-spi-agent.conf)
	$(hush)rm -rf $(DESTDIR)$(DOCDIR)

# ---- Tests: what they are built from, and what they need on the machine; tests/README.md tells how they work

# NAME,NAME: the first that the distribution has.
PACKAGES := build-essential pkg-config libsnmp-dev libmnl-dev libcap-ng-dev libseccomp-dev libncurses-dev libcmocka-dev openssl \
	clang libclang-rt-dev,libclang-rt-14-dev python3-pytest python3-pytest-timeout snmp snmpd snmptrapd \
	python3-pysmi python3-pysnmp4 snmptt prometheus prometheus-snmp-exporter prometheus-node-exporter python3-yaml \
	nagios4-core icinga2-bin centreon-plugins libjson-xs-perl libsnmp-perl collectd-core mrtg \
	clang-format-19 clang-tidy-19 cppcheck shellcheck pyflakes3 mandoc smitools \
	iproute2 iputils-ping netbase procps util-linux kmod mawk jq tmux user-mode-linux debootstrap
# What builds and checks Debian packages, and what is in the Debian in which they are tested.
DEB_PACKAGES := build-essential debhelper libsnmp-dev libmnl-dev libcap-ng-dev libseccomp-dev libncurses-dev lintian devscripts
SYSTEM_PACKAGES := apt iproute2 kmod libncursesw6 snmp snmpd systemd-sysv
# Not installed, only unpacked below $(BUILD)/deps: see tests/deps/unpack.
MIB_PACKAGES := erlang-snmp erlang-base
STRONGSWAN_PACKAGES := charon-systemd strongswan-swanctl strongswan-libcharon libcharon-extra-plugins \
	libstrongswan libstrongswan-standard-plugins libstrongswan-extra-plugins
LIBRESWAN_PACKAGES := libreswan libnss3-tools
STANDARD_MIBS := SNMPv2-SMI SNMPv2-TC SNMPv2-CONF SNMPv2-MIB INET-ADDRESS-MIB SNMP-FRAMEWORK-MIB

.PHONY: deps deps-without-packaging
deps: deps-without-packaging
	@tests/deps/install $(DEB_PACKAGES) mmdebstrap e2fsprogs
	@tests/deps/system $(BUILD)/deps/debian.img $(SYSTEM_PACKAGES)

deps-without-packaging:
	@tests/deps/install $(PACKAGES)
	@tests/deps/unpack $(BUILD)/deps/mibs $(MIB_PACKAGES)
	@tests/deps/unpack $(BUILD)/deps/strongswan $(STRONGSWAN_PACKAGES)
	@tests/deps/unpack $(BUILD)/deps/libreswan $(LIBRESWAN_PACKAGES)
	@mkdir -p $(BUILD)/std-mibs
	@cd $(BUILD)/std-mibs && ln -sf $(STANDARD_MIBS:%=../deps/mibs/usr/lib/erlang/lib/snmp-*/mibs/%.mib) .
	@ln -sf $(CURDIR)/mibs/standard/0-HCNUM-TC.txt $(BUILD)/std-mibs/HCNUM-TC.mib

TEST_PROGRAMS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/*/test_*.c)) \
	$(patsubst tests/fuzz/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz/fuzz_*.c))
TEST_TOOLS := $(patsubst tests/tools/%.c,$(BUILD)/tests/%,$(wildcard tests/tools/*.c))
TEST_LIBRARIES := $(patsubst tests/preload/%.c,$(BUILD)/tests/%.so,$(wildcard tests/preload/*.c))
TEST_LIBS := -lcmocka $(AGENT_LIBS) -lncursesw -ltinfo
compile_test = $(compile) -Isrc -Itests/lib
build_test = mkdir -p $(@D) && $(compile_test) -fno-lto -MMD -MP -MF $@.d $(HARDENING_LD) $(LDFLAGS) -o $@ \
	$(filter %.c,$^) $(filter %.a,$^) $(TEST_LIBS) $(LDLIBS)

# The tools are what integration tests need besides.
.PHONY: test-programs test-tools
test-programs: $(TEST_PROGRAMS) test-tools
test-tools: $(TEST_TOOLS) $(TEST_LIBRARIES)

# What several test programs use.
$(BUILD)/libtests.a: $(patsubst tests/lib/%.c,$(BUILD)/tests/lib/%.o,$(wildcard tests/lib/*.c))
	$(quiet) AR $@
	$(hush)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/tests/lib/%.o: tests/lib/%.c Makefile $(BUILD)/flags
	$(quiet) CC $@
	$(hush)mkdir -p $(@D)
	$(hush)$(compile_test) -MMD -MP -c -o $@ $<

$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libtests.a $(BUILD)/libipsecspi.a Makefile
	$(quiet) TEST $@
	$(hush)$(build_test)

$(BUILD)/tests/%: tests/tools/%.c $(BUILD)/libtests.a $(BUILD)/libipsecspi.a Makefile
	$(quiet) TEST $@
	$(hush)$(build_test)

$(BUILD)/tests/%: tests/fuzz/%.c tests/fuzz/run_corpus.c $(BUILD)/libtests.a $(BUILD)/libipsecspi.a Makefile
	$(quiet) TEST $@
	$(hush)$(build_test)

# Without sanitizers, whose runtime has to come first in a process.
$(BUILD)/tests/%.so: tests/preload/%.c Makefile
	$(quiet) TEST $@
	$(hush)mkdir -p $(@D)
	$(hush)$(CC) $(own_cppflags) $(CPPFLAGS) -std=c11 $(WARNINGS) $(WERROR) $(CFLAGS) -fPIC -shared -MMD -MP -MF $@.d -o $@ $< \
		-Wl,--as-needed -lmnl

# ONLY=words runs the tests whose names have all of them, e.g. make check ONLY=klips.
.PHONY: check
check: deps
	@BUILD=$(BUILD) MAKE="$(MAKE)" tests/run $(ONLY)

# The template for Zabbix in a real one: a database, server and frontend, which is too heavy for check.
ZABBIX_PACKAGES := postgresql zabbix-server-pgsql zabbix-frontend-php php-cli php-pgsql php-mbstring php-xml php-gd php-bcmath
.PHONY: check-zabbix
check-zabbix: deps-without-packaging
	@tests/deps/install $(ZABBIX_PACKAGES)
	@$(MAKE) --no-print-directory all test-tools
	@ZABBIX=1 BUILD=$(BUILD) DEPS=$(BUILD)/deps PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m pytest tests/integration/zabbix

# The pictures in docs/pictures, anew: of what is recorded in User-Mode Linux, which takes some minutes.
PICTURE_PACKAGES := chromium fonts-dejavu-core
.PHONY: pictures
pictures: deps-without-packaging
	@tests/deps/install $(PICTURE_PACKAGES)
	@$(MAKE) --no-print-directory all $(BUILD)/tests/whole_xstate.so
	@BUILD=$(BUILD) tests/pictures/make
	@ZABBIX_PICTURES=$(CURDIR)/docs/pictures $(MAKE) --no-print-directory check-zabbix

# All of check on another Debian, SUITE=bookworm or SUITE=trixie, made for that below $(BUILD)/debian from the mirror that apt
# uses here (or MIRROR=URI); AS=user: as a user who has sudo, instead of root.  tests/debian/run runs other commands there.
SUITE ?=
.PHONY: check-in
check-in:
	@BUILD=$(BUILD) MIRROR=$(MIRROR) tests/debian/run $(if $(filter user,$(AS)),-u) "$(SUITE)" \
		make check $(if $(ONLY),ONLY="$(ONLY)") $(if $(WERROR),WERROR="$(WERROR)")

# ONLY=words runs the tools whose names have all of them.
.PHONY: lint
lint: deps compile_commands.json
	@BUILD=$(BUILD) tests/lint.py $(ONLY)

# All tests but the sanitized ones, and a table, by folder, of the lines that they run.
.PHONY: coverage
coverage: deps
	@mkdir -p $(BUILD)/coverage && ln -sfn ../deps ../std-mibs $(BUILD)/coverage
	@BUILD=$(BUILD)/coverage MAKE="$(MAKE)" tests/run --coverage $(ONLY)

# For clangd, which looks into build/ by itself, and for clang-tidy.  Not fortified: for clang, glibc has overloads then.
COMPILED := $(sort $(wildcard src/*/*.c tests/*/*.c tests/unit/*/*.c))
comma := ,
compile_command = {"directory": "$(CURDIR)", "file": "$1", "command": "$(subst ",\",$(compile_test)) -U_FORTIFY_SOURCE -c $1"}

.PHONY: compile_commands.json
compile_commands.json: | $(BUILD)
	$(file >$(BUILD)/$@,[ $(subst } {,}$(comma) {,$(foreach file,$(COMPILED),$(call compile_command,$(file)))) ])

# What of conf/monitoring is made from the tables of columns; GENERATOR=PROGRAM is that of another version of snmp_exporter.
.PHONY: monitoring
monitoring: deps-without-packaging
	@$(MAKE) --no-print-directory test-tools
	@BUILD=$(BUILD) tests/monitoring/generate

# docs/messages.md, of the sources.
.PHONY: messages
messages:
	@tests/messages/page.py

.PHONY: demo
demo: deps-without-packaging
	@$(MAKE) --no-print-directory all $(BUILD)/tests/whole_xstate.so
	@BUILD=$(BUILD) tests/demo/run

# BENCH_JSON=FILE keeps the figures; ONLY=words runs these sections of tests/bench/run.
BENCH_PROGRAMS := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
BENCH_LIBS := -lnetsnmpagent -lnetsnmp -lmnl

.PHONY: bench bench-programs
bench: deps-without-packaging
	@$(MAKE) --no-print-directory all bench-programs $(BUILD)/tests/step_log.so $(BUILD)/tests/flood
	@BUILD=$(BUILD) tests/bench/run $(ONLY)

bench-programs: $(BENCH_PROGRAMS)

$(BUILD)/bench/%: tests/bench/%.c $(BUILD)/libipsecspi.a Makefile | $(BUILD)/bench
	$(quiet) BENCH $@
	$(hush)$(compile) $(LTO) -MMD -MP -MF $@.d $(HARDENING_LD) $(LDFLAGS) -o $@ $(filter %.c,$^) $(filter %.a,$^) $(BENCH_LIBS) $(LDLIBS)

$(BUILD)/bench:
	$(hush)mkdir -p $@

# Every fuzzer for SECONDS; what it finds new goes to $(BUILD)/fuzz/corpus, what it breaks to $(BUILD)/fuzz.
SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: fuzz $(FUZZERS:%=fuzz-%)
fuzz: deps-without-packaging
	@$(MAKE) --no-print-directory CC=clang SANITIZE=fuzzer-no-link,address,undefined BUILD=$(BUILD)/fuzz \
		SECONDS=$(SECONDS) $(FUZZERS:%=fuzz-%)
	@$(MAKE) --no-print-directory fuzz-managers

# What is sent by managers goes to the agent itself, sanitized, by UDP.
PACKETS ?= 100000
.PHONY: fuzz-managers
fuzz-managers: deps-without-packaging
	@$(MAKE) --no-print-directory SANITIZE=address,undefined BUILD=$(BUILD)/asan all test-tools
	PACKETS=$(PACKETS) BUILD=$(BUILD)/asan DEPS=$(BUILD)/deps PYTHONDONTWRITEBYTECODE=1 SEED=$$(date +%s) \
		/usr/bin/python3 -m pytest -q tests/integration/test_hostile_managers.py -k octets

$(FUZZERS:%=fuzz-%): fuzz-%: tests/fuzz/fuzz_%.c $(BUILD)/libtests.a $(BUILD)/libipsecspi.a
	$(quiet) FUZZ $(BUILD)/fuzz_$*
	$(hush)$(compile_test) -fsanitize=fuzzer $(HARDENING_LD) $(LDFLAGS) -o $(BUILD)/fuzz_$* $(filter %.c,$^) $(filter %.a,$^) \
		$(TEST_LIBS) $(LDLIBS)
	$(hush)mkdir -p $(BUILD)/corpus/$*
	$(BUILD)/fuzz_$* -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix=$(BUILD)/ $(BUILD)/corpus/$* $(wildcard tests/fuzz/corpus/$*)

# Each real line is something to begin with.
.PHONY: fuzz-seeds-klips_text
fuzz-seeds-klips_text:
	$(hush)mkdir -p $(BUILD)/corpus/klips_text
	$(hush)cat tests/data/klips/*.txt | split -a 4 -l 1 - $(BUILD)/corpus/klips_text/line-

fuzz-klips_text: | fuzz-seeds-klips_text

# A tunnel, its agent and its hosts, to which everything happens for MINUTES in User-Mode Linux; ends with a table.
MINUTES ?= 60
.PHONY: soak
soak: deps-without-packaging
	@$(MAKE) --no-print-directory all test-tools
	BUILD=$(BUILD) tests/uml/run -t $$(($(MINUTES) * 60 + 2700)) env MINUTES=$(MINUTES) SEED=$(SEED) \
		/usr/bin/python3 -m pytest -q -s tests/integration/uml/soak.py \
		tests/integration/uml/test_ike_names.py::test_a_daemon_that_stands_still_is_killed_and_comes_back

# ---- Releases: docs/releasing.md has the steps

RELEASE := ipsec-spi-agent-$(VERSION)
TARBALL := $(BUILD)/$(RELEASE).tar.gz
# The time that all files of a release get: that of the commit or, where there is no git, that of the files.
EPOCH = $(or $(SOURCE_DATE_EPOCH),$(shell [ -e .git ] && git log -1 --format=%ct 2>/dev/null || stat -c %Y LICENSE))

# Outside git, that is in an unpacked tarball, all is released but what was made since.
define list_sources
{ [ -e .git ] && git ls-files -co --exclude-standard 2>/dev/null | xargs -r ls -d 2>/dev/null | grep . || \
find . \( -name .git -o -path ./build -o -samefile $(BUILD) -o -name __pycache__ -o -name .pytest_cache \) -prune \
	-o -type f -printf '%P\n'; }
endef

# The newest sources, whatever VERSION is asked for.
.PHONY: dist
dist:
	$(quiet) DIST $(TARBALL)
	$(hush)rm -rf $(BUILD)/dist && mkdir -p $(BUILD)/dist/$(RELEASE)
	$(hush)$(list_sources) | tar -c -T - | tar -x -C $(BUILD)/dist/$(RELEASE)
	$(hush)sed -i 's/^VERSION := .*/VERSION := $(VERSION)/' $(BUILD)/dist/$(RELEASE)/Makefile
	$(hush)tar -C $(BUILD)/dist --sort=name --mtime=@$(EPOCH) --owner=0 --group=0 --numeric-owner --mode=u+rw,go=rX \
		-c $(RELEASE) | gzip -9n >$(TARBALL)
	$(hush)rm -rf $(BUILD)/dist

# Debian packages, of conf/debian, in $(DEB); "deb" also has them checked.  What was asked of this make (BUILD, CFLAGS, VERSION)
# is not asked of that of the package.
DEB := $(BUILD)/deb
# But for marks of one kind of processor each, which a program has only where Debian's C library has them, too.
HARDENING_CHECK = hardening-check $(shell hardening-check --help | grep -o -e --nocfprotection -e --nobranchprotection)
MAINTAINER = $(shell sed -n 's/^Maintainer: //p' conf/debian/control)

.PHONY: packages deb
packages: dist
	@tests/deps/install $(DEB_PACKAGES)
	$(quiet) DEB $(DEB)
	$(hush)umask 022; rm -rf $(DEB) && mkdir -p $(DEB) && \
	cp $(TARBALL) $(DEB)/ipsec-spi-agent_$(VERSION).orig.tar.gz && tar -C $(DEB) -xf $(TARBALL) && \
	cp -r $(DEB)/$(RELEASE)/conf/debian $(DEB)/$(RELEASE) && \
	printf '%s\n' 'ipsec-spi-agent ($(VERSION)-1) unstable; urgency=medium' '' '  * docs/changes.md says what is new.' '' \
		" -- $(MAINTAINER)  $$(date -u -R -d @$(EPOCH))" >$(DEB)/$(RELEASE)/debian/changelog && \
	cd $(DEB)/$(RELEASE) && \
	{ env -i PATH="$$PATH" HOME="$$HOME" LC_ALL=C.UTF-8 dpkg-buildpackage -us -uc >../build.log 2>&1 || \
	{ cat ../build.log; exit 1; }; }

deb: packages
	$(hush)lintian --pedantic --allow-root --fail-on error,warning,pedantic $(DEB)/*.changes
	$(hush)$(HARDENING_CHECK) $(DEB)/$(RELEASE)/debian/[im]*/usr/*bin/* $(DEB)/$(RELEASE)/debian/mib2text/usr/lib/nagios/plugins/*
	$(hush)cd $(DEB) && sha256sum *.deb

# What check-in has made is root's.
.PHONY: clean
clean:
	$(quiet) RM $(BUILD)
	$(hush)rm -rf $(BUILD) 2>/dev/null || sudo rm -rf $(BUILD)
