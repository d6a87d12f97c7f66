#!/bin/sh
# Holds the imports, the seam and the style sheets to the plan (ARCHITECTURE.md). A line per finding; exit 1 if any.
#
# What must be an exception says so on its line, with the reason: `// architecture: why` or `/* architecture: why */`.
set -eu
cd "$(dirname "$0")/.."

findings="$(mktemp "${TMPDIR:-/tmp}/majlis-architecture.XXXXXX")"
trap 'rm -f "$findings"' EXIT

# The files of a kind below some folders, where those exist, one a line.
files() {
    kind="$1"; shift
    for folder in "$@"; do
        if [ -e "$folder" ]; then find "$folder" -type f -name "*.$kind"; fi
    done | sort
}

# What both readers below share. They read whole files, for comments and attributes span lines, and blank what does not
# count instead of removing it, so that line numbers hold.
perl_prelude='
    sub blank { my $text = shift; $text =~ s/[^\n]//g; $text }
    # The lines of the current file that count, as [number, text].
    sub counted {
        my ($n, %excused) = 0;
        for (split /\n/, $_, -1) { $n++; $excused{$n} = 1 if /architecture: \w/ }
        if ($ARGV =~ /\.rs$/) {
            s{^\s*//.*$}{}gm; s{\s//\s.*$}{}gm;
            s{(?<!\S)/\*.*?\*/}{blank($&)}gse; # Not the one in "*/*" or "/live/*rest".
        } else {
            s{/\*.*?\*/}{blank($&)}gse;
        }
        if (my $more = shift) { $more->() }
        $n = 0;
        grep { !$excused{$_->[0]} } map { [++$n, $_] } split /\n/, $_, -1;
    }
    sub finding { my ($line, $what) = @_; (my $text = $line->[1]) =~ s/^\s+//; print "$ARGV:$line->[0]: $what: $text\n" }
'

# forbid WHAT PATTERN (paths on standard input): reports lines that match, comments aside.
forbid() {
    WHAT="$1" PATTERN="$2" xargs -r perl -0777 -ne "$perl_prelude"'
        for my $line (counted()) { finding($line, $ENV{WHAT}) if $line->[1] =~ /$ENV{PATTERN}/ }
    ' >>"$findings"
}

# --- The browser carries nothing of the server -------------------------------------------------------------------------

if [ -f frontend/Cargo.toml ]; then
    tree="$(cargo tree -p frontend --target wasm32-unknown-unknown -e normal --prefix none)" ||
        echo "frontend: cargo tree failed" >>"$findings"
    echo "$tree" | grep -E '^(sqlx|tokio|axum|argon2|hyper|reqwest)(-[a-z]+)* v' | sort -u |
        sed 's/^/frontend: the wasm tree contains /' >>"$findings" || true
fi

# --- The domain is pure ------------------------------------------------------------------------------------------------

# Leaves: `use` of foreign crates or our other modules; paths to them inside the code; clocks and I/O. The derives for the
# database (cfg_attr with ssr) and the tests (at the end of a file) are looked away from.
files rs app/src/domain | xargs -r perl -0777 -ne "$perl_prelude"'
    BEGIN {
        %own = map { m{([^/]+?)(?:/mod)?\.rs$} ? ($1 => 1) : () } @ARGV;
        $known = join "|", "std", "core", "alloc", "serde", "self", "super", "crate", keys %own;
        open my $manifest, "<", "app/Cargo.toml"; local $/ = "\n"; my $in = 0;
        while (<$manifest>) {
            $in = /dependencies\]/ if /^\[/;
            if ($in and /^([\w-]+)/) { (my $name = $1) =~ tr/-/_/; push @foreign, $name unless $name eq "serde" }
        }
        $foreign = join "|", @foreign, "app", "server", "frontend";
        $use = qr/^\s*(?:pub(?:\([^)]*\))? )?use /;
    }
    for my $line (counted(sub {
        s{#\[cfg\(test\)\]\s*mod \w+ \{.*}{}s;
        s{\#\[cfg_attr\(\s*feature\s*=\s*"ssr"(?:[^\[\]]|\[[^\[\]]*\])*\]}{blank($&)}gse;
    })) {
        my $text = $line->[1];
        if ($text =~ /\bcrate::(?!domain\b)/ or $ARGV =~ m{domain/mod\.rs$} && $text =~ /${use}super::/) {
            finding($line, "the domain imports nothing of ours outside it");
        } elsif ($text =~ /${use}(?:::)?(?!(?:$known)\b)[a-z_]\w*(?:::|;| as )/ or $text =~ /(?<![\w:])(?:$foreign)::/) {
            finding($line, "the domain knows only std and serde");
        } elsif ($text =~ /\b(?:SystemTime|Instant)::now\b|\bstd::(?:fs|net|env|process|thread)\b/) {
            finding($line, "rules get the time and all else as arguments");
        }
    }
' >>"$findings"

# --- One place for each outside world ----------------------------------------------------------------------------------

files rs app server frontend | grep -v -e '^app/src/store/' -e '/benches/' |
    forbid "SQL lives in app/src/store" '\bsqlx::(?:query\w*|raw_sql|QueryBuilder)|\buse sqlx::\{[^}]*\bquery'

files rs app server frontend | grep -v -e '^app/src/ui/' -e '^app/src/live/socket\.rs$' -e '^frontend/bundle/' |
    forbid "the browser's API belongs in app/src/ui and app/src/live/socket.rs" '\b(?:web_sys|js_sys)\b'

files rs app server frontend |
    forbid "customer text is never markup" '\binner_html\b|\bset_inner_html\b|\bset_outer_html\b|\binsert_adjacent_html\b'

# `style="…"`, Leptos' `style=move ||` and `style:color=` all end up as the attribute that our CSP forbids.
files rs app/src | forbid "no style attributes, the CSP blocks them: use a class" '(?:^|[\s<])style(?:=[^=>]|:[a-z-]+=)'

# --- Style sheets serve both writing directions ------------------------------------------------------------------------

css() { files css style; }
logical="use the logical property"
css | forbid "$logical" '(?<![\w-])(?:scroll-)?(?:margin|padding)-(?:left|right)\s*:'
css | forbid "$logical" '(?<![\w-])border-(?:left|right)(?:-[a-z]+)?\s*:|(?<![\w-])border-(?:top|bottom)-(?:left|right)-radius\s*:'
css | forbid "$logical" '(?:^|[;{\s])(?:left|right)\s*:'
css | forbid "$logical" '(?<![\w-])(?:text-align|text-align-last|float|clear|justify-[a-z]+|caption-side)\s*:\s*(?:left|right)\b'
css | forbid "$logical" '(?<![\w-])(?:background-position|object-position|transform-origin|mask-position)\s*:[^;}]*\b(?:left|right)\b'
# Four values: the second is the right side, the fourth the left one.
css | forbid "$logical (right and left differ)" \
    '(?<![\w-])(?:margin|padding|inset|scroll-margin|scroll-padding|border-width)\s*:\s*[^\s;()]+\s+([^\s;()]+)\s+[^\s;()]+\s+(?!\1\s*(?:;|$|!|\}))[^\s;()!}]+'
css | forbid "sideways moves are times var(--dir)" '\btranslate(?:X|3d)?\(\s*(?!0\s*[,)])(?![^;]*--dir)[^;]*\)'

# --- Lock files serve every registry and mirror ------------------------------------------------------------------------

if [ -f Cargo.lock ]; then
    # The name of the one index that mirrors stand in for; anything else is an address of somebody's.
    grep -n '^source = ' Cargo.lock | grep -v '"registry+https://github.com/rust-lang/crates.io-index"' |
        sed 's/^/Cargo.lock:/; s/$/ (a source other than the common index)/' >>"$findings" || true
fi
for lock in end2end/package-lock.json package-lock.json; do
    if [ -f "$lock" ]; then
        grep -nE '"resolved"|"(https?|git)(\+[a-z]+)?://' "$lock" | grep -v '"url":' |
            sed "s|^|$lock:|; s/\$/ (no addresses in the lock file)/" >>"$findings" || true
    fi
done

if [ -s "$findings" ]; then
    cat "$findings" >&2
    echo "architecture: $(wc -l <"$findings") finding(s)" >&2
    exit 1
fi
