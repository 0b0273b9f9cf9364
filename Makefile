# What people type. Each target installs what it needs first; a second run is quick.
.PHONY: run demo test build lint format image image-pc image-test

# npm writes this file last: it is there when everything else is.
INSTALLED := node_modules/.package-lock.json

# A hub on this machine with a simulated access point: http://localhost:8080. It starts again when the page asks
# for a restart or a reset.
run: build
	while node dist/service/main.js run; code=$$?; [ $$code = 10 ] || [ $$code = 12 ]; do :; done; exit $$code

# A hub and four test phones that exchange through it, and tell what each holds.
demo: build
	npm run --silent demo

test: $(INSTALLED)
	npm test

build: $(INSTALLED)
	npm run build

# Images to write to a card or disk, as root: see docs/image.md.
image: $(INSTALLED)
	image/build raspberry-pi

image-pc: $(INSTALLED)
	image/build pc

# Starts the PC's image in a virtual machine, with phones around it, on the cable and over the air: see docs/image.md.
# FAULTS=long cuts the power 100 times.
image-test: image-pc
	image/build pc --developer
	npm run --silent test:image
	npm run --silent test:image:air

lint: $(INSTALLED)
	npm run lint
	npm run types

format: $(INSTALLED)
	npm run format

$(INSTALLED): package-lock.json
	npm ci --no-audit --no-fund
	npx tap build
	touch $@
