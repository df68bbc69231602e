# Where things are on this machine. Sourced by the scripts beside it; each function prints a path or fails.

# postgres_bin prints the folder with initdb: what is on PATH, else Debian's newest; 15 or newer.
postgres_bin() {
	local dir version
	for dir in "$(dirname "$(realpath "$(command -v initdb)" 2>/dev/null || echo /nowhere/initdb)")" \
		$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
		version=$("$dir/initdb" --version 2>/dev/null | grep -oE '[0-9]+' | head -n 1) || continue
		if [ "${version:-0}" -ge 15 ]; then
			echo "$dir"
			return
		fi
	done
	return 1
}

# chromium_path prints the browser: KEPT_CHROMIUM, else what the system calls it.
chromium_path() {
	if [ -n "${KEPT_CHROMIUM:-}" ]; then
		echo "$KEPT_CHROMIUM"
		return
	fi
	command -v chromium || command -v chromium-browser || command -v google-chrome
}
