#!/usr/bin/env python3
"""Writes shell scripts about what git, ps, stat and others print of things that somebody else named: files with blanks, tabs, quotes, dashes and
newlines, branches, tags, subjects and authors that look like options; columns of that, and what reads them.

  listings.py COUNT SEED [bash|dash|zsh]

As generate.py: each script is its size in decimal, a newline, and its bytes."""
import scripts

FILES = ["a b", "a -x", "-x", "-x y", "d1/-q", "d1/a b", "d1/x -y", "x:1:y", "x:-n", "a\tb", "a\t-z", "a\nb", "a\n-w", "'q", 'a"b', "a\\b", "é", "a -> b", "-> -v", "x=y", "a  b", " lead", "trail ", "@x", "M f", "d2/.e", "1 2", "deadbeef -p", "#h", "$x", "*", "d1/[a]", "~"]
BRANCHES = ["omega", "b/-x", "x/y", "HEAD-1", "a+b", "é", "v1.0", "x,y", "x'y", "x$y", "x;y", "x(y", "x#y", "a@b", "=x", "%s", "!x"]
SUBJECTS = ["-x omega", "omega", "--output=f3 x", "a: b", "a\tb", "' q", '"', "-", "  a", "x -> y", "(tag: -v)", "1f2e3d4c -x", "* a", "a\n\n-x body", "%h"]
AUTHORS = ["-x <a@b>", "a b <-x@y>", "a <a>", "-q -r <->", "deadbeef 1 <x>"]
LOGS = ["git log --oneline", "git log --oneline -3", "git log --format=%h", "git log --format=%H", "git log --pretty=format:%h", "git log --format='%h %s'", "git log --format='%H %an %s'", "git log --format='%s %h'", "git log --format='%an'", "git log --format='%h%x09%s'",
        "git log --oneline --decorate", "git log --oneline --graph --all", "git log --pretty=oneline", "git log --name-only --format=", "git log --name-only --pretty=format:", "git log --name-status --format=", "git log --stat --format=", "git log --reverse --format=%h -- f1", "git rev-list HEAD",
        "git rev-list --all", "git rev-list --oneline HEAD", "git log --merges --format=%h", "git log -1 --format=%H", "git log --format=%ad --date=short", "git log --format='%ct %h'", "git reflog", "git reflog --format=%h", "git reflog | cut -d: -f1", "git stash list", "git shortlog -sn HEAD", "git shortlog -sne HEAD",
        "git whatchanged --oneline", "git show --name-only --format= HEAD", "git show -s --format=%h HEAD", "git show --stat HEAD", "git cherry -v main", "git cherry main"]
REFS = ["git branch", "git branch -a", "git branch -v", "git branch -r", "git branch --show-current", "git branch --format='%(refname:short)'", "git branch --format='%(refname)'", "git branch --merged", "git branch --format='%(objectname) %(refname:short)'", "git branch --list 'x*'", "git tag", "git tag -l", "git tag -n",
        "git tag --list 'v*'", "git tag --sort=-creatordate", "git tag --format='%(refname:short)'", "git for-each-ref", "git for-each-ref --format='%(refname)'", "git for-each-ref --format='%(refname:short)' refs/heads", "git for-each-ref --format='%(objectname:short) %(refname:short)'",
        "git for-each-ref --format='%(refname:short) %(objectname)'", "git for-each-ref --format='%(subject)'", "git show-ref", "git show-ref --heads", "git describe --tags", "git describe --all --always", "git describe --always", "git symbolic-ref HEAD", "git symbolic-ref --short HEAD", "git rev-parse HEAD",
        "git rev-parse --short HEAD", "git rev-parse --abbrev-ref HEAD", "git rev-parse --show-toplevel", "git rev-parse --git-dir", "git rev-parse --show-prefix", "git remote", "git remote -v", "git ls-remote .", "git worktree list", "git worktree list --porcelain", "git merge-base HEAD HEAD", "git name-rev HEAD", "git rev-parse --symbolic-full-name HEAD", "git var GIT_DEFAULT_BRANCH"]
NAMES = ["git ls-files", "git ls-files -s", "git ls-files -o", "git ls-files -o --exclude-standard", "git ls-files -m", "git ls-files d1", "git ls-files '*b*'", "git ls-files -t", "git ls-files -z", "git ls-files --stage | cut -f2", "git ls-tree HEAD", "git ls-tree -r HEAD", "git ls-tree -r --name-only HEAD", "git ls-tree --name-only HEAD d1/",
         "git status -s", "git status --short", "git status --porcelain", "git status --porcelain -uno", "git status -sb", "git diff --name-only", "git diff --name-only HEAD~1", "git diff --name-status HEAD~1", "git diff --numstat HEAD~1", "git diff --stat HEAD~1", "git diff --cached --name-only", "git diff --name-only --diff-filter=M HEAD~1", "git diff --raw HEAD~1",
         "git diff-tree --no-commit-id --name-only -r HEAD", "git grep -l a", "git grep -n a", "git grep -c a", "git grep a", "git grep -n a HEAD", "git grep -l a HEAD", "git blame f1", "git blame -s f1", "git blame -l f1", "git blame -e f1", "git check-ignore -v f1", "git diff --dirstat HEAD~1", "git config --get-regexp '^user'", "git config --list --name-only", "git config user.name",
         "ls -l", "ls -la d1", "ls -1", "ls -t", "ls d1", "ls -F", "ls -Q", "ls -i", "ls -s", "ls -d */", "ls -p", "ls -A", "ls -m", "ls -1 -d -- *", "stat -c '%n %s' ./*", "stat -c '%s %n' f1 f2", "stat -c %n ./*", "stat -c %U f1", "du -a", "du -s ./*", "du -sh d1 d2 f1", "wc -l ./*", "wc -c f1 f2", "md5sum ./* 2>/dev/null", "md5sum f1 f2",
         "find . -type f", "find . -name '*b*'", "find d1 d2", "find . -maxdepth 1 -type d", "find . -type f -print0", "find . -printf '%f\\n'", "find . -printf '%p %s\\n'", "find . -type f -ls", "grep -rl a .", "grep -rn a .", "grep -rc a d1", "grep -rlZ a .", "grep -l a f1 f2", "grep -n a f1", "grep -r a .", "grep -rnH a d1", "grep -L a f1 f2", "wc -l < f1", "ps", "ps aux", "ps -ef", "ps -eo pid,comm", "ps -eo comm", "id", "id -un", "pwd", "basename \"$PWD\"", "df", "df .", "head -1 f1", "diff -rq d1 d2", "diff f1 f2", "cat f1"]
CUTS = ["awk '{print $1}'", "awk '{print $2}'", "awk '{print $3}'", "awk '{print $4}'", "awk '{print $NF}'", "awk '{print $9}'", "awk -F'\\t' '{print $2}'", "awk -F: '{print $1}'", "awk -F: '{print $2}'", "awk 'NR>1 {print $1}'", "awk 'NR==1 {print $1; exit}'", "awk '/a/ {print $2}'", "awk -F/ '{print $2}'", "awk -F/ '{print $NF}'", "awk '{print $1, $2}'",
        "cut -d' ' -f1", "cut -d' ' -f2", "cut -d ' ' -f 2-", "cut -f1", "cut -f2", "cut -f3", "cut -d: -f1", "cut -d: -f2", "cut -d/ -f1", "cut -d/ -f2-", "cut -c3-", "cut -c4-", "sed 's/^..//'", "sed 's/^\\* //'", "tr -d ' '", "head -1", "tail -1", "head -n 3", "tail -n +2", "sort -u", "sort | uniq", "sort | uniq -c", "sort | uniq -c | sort -rn | awk '{print $2}'",
        "grep -v HEAD", "grep a", "grep -v '^-'", "grep '^a'", "grep -o '[a-z]*'", "tac", "tr '\\n' ' '", "tr '\\n' '\\0'", "xargs", "xargs -n1", "cat", "nl", "rev", "uniq", "sort -rn", "sort -k2", "column -t", "tee /dev/null", "sed -n 1p", "sed -n '2,$p'", "sed 's,^,./,'", "awk '{print \"./\" $1}'", "paste -sd' '", "fold -w 3", "wc -l"]


class Script:
    def __init__(self, rng, dialect):
        self.r = rng
        self.bash = dialect == "bash"

    def one(self, items):
        return self.r.choice(items)

    def cuts(self):
        return CUTS if self.plain else [c for c in CUTS if not c.startswith(("xargs", "tr ", "fold", "rev"))]

    def listing(self):
        out = self.one(self.one([LOGS, REFS, NAMES, NAMES]))
        if self.r.random() < 0.1:
            out = "%s; %s" % (out, self.one(NAMES))
            out = "{ %s; }" % out
        for _ in range(self.one([0, 0, 1, 1, 1, 2])):
            out += " | " + self.one(self.cuts())
        return out

    def quoted(self, text):
        return "'" + text.replace("'", "'\\''") + "'"

    def whole(self, form):
        """Does it take lines as they are? What blanks in names make of other forms is a matter of trust, not of what there is."""
        return any(t in form for t in ("IFS= read -r x;", "xargs -d", "xargs -0", "mapfile", "read -r x;", '"$(%s)"', '"$x"')) and "for x in $" not in form and "$x;" not in form.replace('"$x";', "") and "xargs -n" not in form and "%% *" not in form and "# *" not in form

    def statement(self):
        s, v = self.listing(), self.one("xy")
        ends = ("-print0" in s or "-lZ" in s or "-files -z" in s or "'\\0'" in s)  # with a NUL byte, which others take for no end at all
        forms = ["%s | xargs alpha", "%s | xargs -n1 alpha -a", "%s | xargs -I{} alpha {}", "%s | xargs -I % alpha d1/%", "%s | xargs -d '\\n' alpha", "%s | xargs -0 alpha", "%s | xargs -L1 alpha", "%s | xargs -r alpha --", "%s | xargs -n 2 alpha", "alpha $(%s)", 'alpha "$(%s)"', "for x in $(%s); do alpha $x; done", 'for x in $(%s); do alpha "$x"; done',
                 "%s | while read -r x; do alpha \"$x\"; done", "%s | while read x; do alpha \"$x\"; done", "%s | while read -r x; do alpha $x; done", "%s | while IFS= read -r x; do alpha \"$x\"; done", "%s | while read -r x y; do alpha \"$x\" \"$y\"; done", "%s | while read -r y x q; do alpha $x; done", "%s | while IFS=: read -r x y; do alpha \"$y\"; done",
                 "%s | while IFS='\t' read -r x y; do alpha \"$y\"; done", "x=$(%s); alpha $x", "x=$(%s); alpha \"$x\"", "x=$(%s); alpha \"${x%% *}\" \"${x##* }\"", "x=$(%s); alpha \"${x#* }\"", "x=$(%s) && alpha \"d1/$x\"", "set -- $(%s); alpha \"$1\" \"$2\"", "set -- $(%s); shift; alpha \"$@\"", "read -r x y <<E\n$(%s)\nE\nalpha \"$x\" \"$y\"",
                 "%s | xargs sh -c 'alpha \"$@\"' _", "%s | xargs -n1 basename | xargs alpha", "%s | xargs -n1 dirname | xargs alpha", "%s | xargs -I{} sh -c 'alpha \"$1\"' _ {}", "%s | xargs git log --oneline | xargs alpha", "%s | xargs git show --name-only --format= | xargs alpha", "cd \"$(%s)\" 2>/dev/null && alpha", "alpha `%s`", "alpha x$(%s)", "alpha \"$(%s)\" b"]
        if self.bash:
            forms += ["while read -r x; do alpha \"$x\"; done < <(%s)", "mapfile -t m < <(%s); alpha \"${m[@]}\"", "mapfile -t m < <(%s); alpha \"${m[0]}\"", "m=($(%s)); alpha \"${m[@]}\"", "read -r x y < <(%s); alpha \"$y\"", "while IFS=$'\\t' read -r x y; do alpha \"$y\"; done < <(%s)", "mapfile -d '' -t m < <(%s); alpha \"${m[@]}\"", "read -ra m <<< \"$(%s)\"; alpha \"${m[@]}\"",
                      "while read -r -d '' x; do alpha \"$x\"; done < <(%s)", "for ((i=0; i<1; i++)); do alpha $(%s); done"]
        forms = [f for f in forms if ("-0 " in f or "-d ''" in f) == ends]
        if not self.plain and not ends:
            forms = [f for f in forms if self.whole(f)]
        return self.one(forms).replace("%s", s).replace("%%", "%").replace("x", v) if self.r.random() < 0.15 else self.one(forms).replace("%s", s).replace("%%", "%")

    def script(self):
        self.plain = self.r.random() < 0.6
        files = [n for n in FILES if not set(n) & set(": \t\n'\"\\")] if self.plain else FILES
        out = "".join("mkdir -p d1 d2; : > ./%s\n" % self.quoted(n) for n in self.r.sample(files, self.r.randrange(2, 9)))
        names = self.r.sample(files, 2)
        out += "echo a > ./%s\necho a > f1\n" % self.quoted(names[0])
        if self.r.random() < 0.9:
            out += "git init -q -b main . && git config user.name %s && git config user.email a@b && git add -A && git commit -qm %s\n" % (self.quoted(self.one(["a", "-x", "a b", "-x y"])), self.quoted(self.one(SUBJECTS)))
            if self.r.random() < 0.7:
                out += "echo b >> f1; mv f2 ./%s; git add -A; git commit -q --author %s -m %s\n" % (self.quoted(names[1]), self.quoted(self.one(AUTHORS)), self.quoted(self.one(SUBJECTS)))
            for kind in self.r.sample(["git branch %s" % self.quoted(self.one(BRANCHES)), "git checkout -qb %s" % self.quoted(self.one(BRANCHES)), "git tag %s" % self.quoted(self.one(BRANCHES)), "git tag -am %s %s" % (self.quoted(self.one(SUBJECTS)), self.quoted(self.one(BRANCHES))), "echo c >> f1; git stash -q", "git remote add %s ." % self.quoted(self.one(["o", "x.y"])),
                                       "git checkout -q HEAD~0", "echo c >> f1", ": > ./%s; git add -A" % self.quoted(self.one(files)), "git mv f1 ./%s" % self.quoted(self.one(files)), "cd d1", "git update-ref refs/x/-y HEAD", "git update-ref refs/heads/-z HEAD", "git update-ref refs/tags/-z HEAD"], self.r.randrange(0, 4)):
                out += kind + "\n"
        for _ in range(self.r.randrange(1, 4)):
            out += self.statement() + "\n"
        return out


if __name__ == "__main__":
    scripts.write_drawn(Script, "listings ")
