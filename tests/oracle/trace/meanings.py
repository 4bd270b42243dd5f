#!/usr/bin/env python3
"""Writes shell scripts in which one statement may change what the next one means: every builtin, variable, option, trap, function and
redirection that is known to change something in bash, zsh or dash, in any order, and what shows it: words whose values are printed,
and words that are run.

  meanings.py COUNT SEED [bash|dash|zsh]

As generate.py: each script is its size in decimal, a newline, and its bytes. %v is a variable's name, %s a word, %a a list of
commands, %q one in single quotes."""
import scripts

BEGINNINGS = [
    'x=omega', 'x=alpha', 'x=omega; y=alpha', 'y=omega; x=y', 'declare x=omega', 'export x=omega', 'readonly x=omega', 'x=(omega b)', 'declare -A x=([k]=omega)', 'declare -a x=(alpha omega)',
    'set -- omega', 'set -- alpha omega', 'x=omega; set -- alpha', 'typeset -u x; x=omega', 'declare -i x; x=omega', 'declare -n x=y; y=omega', 'integer x; x=omega', 'x=', 'unset x',
    'x=omega; readonly x', 'x=f1', 'x=1', 'x=omega y=omega z=omega', 'y=omega', 'declare -r y=omega', 'x[3]=omega', 'local x=omega', 'typeset -T X x=omega', 'x=omega; y=$x', 'alias al=omega',
    'f() { omega; }', 'omega() { alpha; }', 'alpha() { omega; }', 'f() { x=omega; }', 'f() { local x=alpha; $1; }', 'f() { return; x=alpha; }', 'f() { x=alpha; }', 'f() ( x=alpha )',
    'f() { eval "$1"; }', 'f() { unset x; }', "f() { trap 'x=omega' EXIT; }", 'f() { set -- alpha; }', 'f() { IFS=a; }', 'f() { local -n r=$1; r=alpha; }', 'f() { x=alpha; false; }',
    'f() { "$@"; }', 'f() { local x; x=alpha; }', 'f() { readonly x=alpha; }', 'f() { declare -g x=alpha; }', 'f() { shift; }', 'f() { cd d2; }', 'f() { exit; }', 'f() { read x; }',
    'f() { local y=x; unset y; }', 'f() { for x in alpha; do return; done; }', 'f() { local x=alpha; return 1; }', 'f() { printf -v x alpha; }', 'f() { x=alpha; } > nosuch/f',
    'f() { x=alpha; } < f1', 'function f { x=alpha }', 'f() x=alpha',
]

CHANGES = [
    '%v=%s', '%v+=%s', '%v=%s :', '%v=%s eval :', '%v=%s command :', '%v=%s true', '%v=%s f', '%v=%s export %v', '%v=%s readonly y', '%v=%s set -- a', '%v=%s . /dev/null', '%v=%s . ./f3',
    'export %v=%s', 'readonly %v=%s', 'declare %v=%s', 'typeset %v=%s', 'local %v=%s', 'declare -g %v=%s', 'declare -x %v=%s', 'declare -r %v=%s', 'declare -u %v=%s', 'declare -l %v=%s',
    'declare -a %v=%s', 'declare -a %v=(%s)', 'declare -A %v=(%s)', 'declare -A %v=([0]=%s)', '%v=(%s)', '%v=(a %s)', '%v[0]=%s', '%v[1]=%s', '%v=([1]=%s)', '%v=([0]=%s)', '%v+=(%s)',
    'declare -n %v=y', 'declare -n r=%v; r=%s', 'declare -n r=%v; declare -n r=y; r=%s', 'unset %v', 'unset -v %v', 'unset -n %v', 'unset -f %v', "unset '%v[0]'", 'read %v < f1',
    'read -r %v <<< %s', 'read %v <<E\n%s\nE\n:', 'read -a %v <<< %s', 'read -A %v <<< %s', 'read -t 0 %v <<< %s', 'read -n 2 %v <<< %s', 'read -d a %v <<< %s', 'read -u 0 %v <<< %s',
    'read -p %s %v <<< b', 'printf -v %v %s', 'printf -v %v %%s %s', "printf -v '%v[0]' %s", 'printf -v %v -- %s', 'printf %s -v %v', 'mapfile -t %v <<< %s', 'mapfile %v <<< %s',
    'mapfile -t -O 1 %v <<< %s', 'mapfile -t -n 0 %v <<< %s', 'mapfile -s 1 %v <<< %s', 'getopts a: %v -a %s', 'getopts %s %v', 'let %v=1', ': ${%v:=%s}', ': ${%v=%s}', ': ${%v:+%s}',
    ': "${%v:=%s}"', ': $((%v=1))', '((%v=2))', 'for %v in %s; do :; done', 'for %v in; do :; done', 'for %v in a %s; do :; done', 'for %v in %s a; do break; done',
    'for %v in %s; do continue; done', 'for ((%v=0;0;)); do :; done', 'select %v in %s; do break; done <<< 1', 'select %v in %s; do break; done < /dev/null', 'case $%v in *) %v=%s;; esac',
    'case $%v in o*) %v=%s;; esac', 'case $%v in (a|o*) %v=%s;; esac', 'case $%v in nope) %v=%s;; esac', 'case a in a) ;& b) %v=%s;; esac', 'case a in a) ;;& b) %v=%s;; esac',
    'case a in b) ;& *) %v=%s;; esac', 'if true; then %v=%s; fi', 'if false; then :; else %v=%s; fi', 'if beta; then %v=%s; fi', 'if ! beta; then %v=%s; fi',
    'if test $%v = omega; then %v=%s; fi', 'while true; do %v=%s; break; done', 'while false; do %v=%s; done', 'until false; do %v=%s; break; done', 'until true; do %v=%s; done',
    'true && %v=%s', 'false && %v=%s', 'true || %v=%s', 'false || %v=%s', ': && %v=%s', '! : || %v=%s', '! true && %v=%s', '! false && %v=%s', 'time %v=%s', '{ %v=%s; }', '(%v=%s)',
    '%v=%s | cat', 'cat f1 | %v=%s', 'cat f1 | { %v=%s; }', 'cat f1 | read %v', 'echo %s | read %v', 'echo %s | while read %v; do :; done', '%v=%s &', '{ %v=%s; } & wait', 'coproc %v=%s',
    'coproc { %v=%s; }', 'coproc %v { :; }', 'y=$(%v=%s)', ': $(%v=%s)', ': `%v=%s`', ': <(%v=%s)', ': <<E\n$(%v=%s)\nE\n:', ': <<E\n${%v:=%s}\nE\n:', ': <<< ${%v:=%s}', '> /dev/null %v=%s',
    '%v=%s > /dev/null', '%v=%s > nosuch/f', '%v=%s < nosuch', '{ %v=%s; } > nosuch/f', '{ %v=%s; } < nosuch', '(%v=%s) > /dev/null', 'f() { %v=%s; }; f', 'f() { %v=%s; }',
    'f() { local %v; %v=%s; }; f', 'f() { local %v=%s; }; f', 'f() { declare %v=%s; }; f', 'f() { typeset -g %v=%s; }; f', 'f() ( %v=%s; ); f', 'f() { return; %v=%s; }; f',
    'f() { %v=%s; return 1; }; f && :', 'f() { false || return; %v=%s; }; f', 'f() { g; %v=%s; }; g() { return; }; f', 'f() { for i in 1; do return; done; %v=%s; }; f',
    'f() { break; %v=%s; }; for i in 1; do f; done', 'f() { unset %v; }; f', 'f() { local %v=a; unset %v; }; f', 'f() { local %v=a; g; }; g() { unset %v; %v=%s; }; f',
    'f() { local %v=a; g; }; g() { %v=%s; }; f', 'f() { local %v=a; g; }; g() { declare -g %v=%s; }; f', 'f() { local -n r=$1; r=%s; }; f %v', 'f() { eval "$1=%s"; }; f %v',
    'f() { read $1 <<< %s; }; f %v', 'f() { printf -v $1 %s; }; f %v', 'f | cat', 'f &', '(f)', 'f', '$(f)', 'f < /dev/null', 'f > nosuch/f', 'f %v', 'f "%v=%s"', 'f x', 'f y',
    'eval "%v=%s"', "eval '%v=%s'", 'eval %v=%s', 'eval "eval %v=%s"', 'eval "f() { %v=%s; }; f"', 'eval "return; %v=%s"', 'eval "break; %v=%s"', 'eval "%v=%s" > nosuch/f',
    'eval "(" ; %v=%s', '. ./f3', '. ./f3 > nosuch/f', '. nosuch; %v=%s', 'source /dev/null', '. /dev/stdin <<< "%v=%s"', '. /dev/stdin <<E\n%v=%s\nE\n:', '. <(echo %v=%s)',
    'source <(echo "return; "; echo %v=%s)', 'exec > /dev/null; %v=%s', 'exec < f1; read %v', 'exec < f2; read %v', 'exec > nosuch/f; %v=%s', 'exec 3<<< %s; read %v <&3',
    'exec 3< f2; read %v <&3', '{ read %v; } 3< f1 <&3', 'trap "%v=%s" EXIT', 'trap "%v=%s" DEBUG', 'trap "%v=%s" ERR; false', 'trap "%v=%s" RETURN; f', 'trap "%v=%s" USR1; kill -USR1 $$',
    'trap - DEBUG', 'trap "" EXIT', 'set -- %s', 'set -- $%v', 'set %s', 'set -- a %s; shift', 'set -e; false; %v=%s', 'set -e; beta || %v=%s', 'set -e; (false); %v=%s',
    'set -e; beta | true; %v=%s', 'set -e; y=$(false); %v=%s', 'set -u; : $nope; %v=%s', '(set -u; : $nope); %v=%s', 'set -f', 'set +f', 'set -k', 'set -a', 'set -x', 'set -v', 'set -n',
    'set -t', 'set -C', 'set -B', 'set +B', 'set -o posix', 'set +o posix', 'set -P', 'set -h', 'set +h', 'set -p', 'set -r', 'set -E', 'set -T', 'set -o pipefail', 'set -o nounset',
    'set -o noglob', 'set -o allexport', 'set -o keyword', 'set -', 'set --', 'set +', 'set -o', 'shift', 'shift 2', 'shift 0', 'shift 9', 'shift x', 'IFS=a', 'IFS=e', 'IFS=m', 'IFS=',
    'IFS=$%v', 'IFS=: read %v y <<< %s:b', 'unset IFS', 'local IFS=m', 'shopt -s nullglob', 'shopt -s failglob', 'shopt -s dotglob', 'shopt -s extglob', 'shopt -s lastpipe',
    'shopt -s lastpipe; echo %s | read %v', 'shopt -s lastpipe; set -m; echo %s | read %v', 'shopt -s nocasematch', 'shopt -s nocasematch; case OMEGA in $%v) %v=%s;; esac',
    'shopt -s expand_aliases', 'shopt -u expand_aliases', 'shopt -s xpg_echo', 'shopt -s localvar_inherit', 'shopt -s localvar_unset', 'shopt -s inherit_errexit', 'shopt -s execfail',
    'shopt -s compat31', 'shopt -s assoc_expand_once', 'shopt -u sourcepath', 'shopt -s cdable_vars', 'shopt -s autocd', 'shopt -s globstar', 'shopt -u patsub_replacement',
    'shopt -s nosuchopt', 'BASH_COMPAT=31', 'POSIXLY_CORRECT=1', 'POSIXLY_CORRECT=1 %v=%s', 'alias al=%s', 'alias alpha=omega', 'alias alpha=omega\n:', "alias al='%v=%s'", 'unalias -a',
    'unalias alpha', 'BASH_ALIASES[alpha]=omega', 'BASH_CMDS[alpha]=/bin/true', 'hash -p ./alpha alpha', 'hash -r', 'hash alpha', 'hash -d alpha', 'enable -n echo', 'enable -n test',
    'enable echo', 'enable -n read; read %v <<< %s', 'enable -n printf; printf -v %v %s', 'enable -n unset; unset %v', 'enable -n eval; eval %v=%s', 'enable -n :', 'command %v=%s',
    'command export %v=%s', 'command eval %v=%s', 'command . ./f3', 'command read %v <<< %s', 'command -v %v', 'command -p read %v <<< %s', 'builtin export %v=%s', 'builtin read %v <<< %s',
    'builtin eval %v=%s', 'builtin %v=%s', 'command exec > /dev/null', 'command set -- %s', 'command unset %v', 'command return; %v=%s', 'command break; %v=%s', '\\unset %v',
    "'export' %v=%s", '"read" %v <<< %s', 'y=export; $y %v=%s', 'y=unset; $y %v', 'y="%v=%s"; $y', 'y=%v; read $y <<< %s', 'y=%v; export $y=%s', 'y=%v; printf -v $y %s',
    'y=%v; declare $y=%s', 'y=%v; unset $y', 'y=%v; eval $y=%s', 'y=%v; : ${!y:=%s}', 'y=%v; declare -n r=$y; r=%s', '$%v=%s', '"%v"=%s', '\\%v=%s', '%v""=%s', "%v='%s'", '%v="%s"',
    '%v=$(echo %s)', '%v=`echo %s`', '%v=$(printf %s)', '%v=$(cat f1)', '%v=$(cat f2)', '%v=$(< f2)', '%v=$(< f1)', '%v=${nope:-%s}', '%v=${%v:+%s}', '%v=${%v:-%s}', '%v=${%v#*}%s',
    '%v=${%v/*/%s}', '%v=${%v/omega/%s}', '%v=${%v//?/}%s', '%v=${%v:0:0}%s', '%v=${%v%%*}%s', '%v=${%v^^}', '%v=${%v,,}', '%v=${%v@U}', '%v=${%v@Q}', '%v=${%v@A}', '%v=${#%v}', '%v=${!%v}',
    '%v=${!nope*}%s', '%v=~', '%v=$_', ': %s; %v=$_', '%v=$1', '%v=$@', '%v="$*"', '%v=$#', '%v=$0', '%v=$RANDOM', '%v=$-', '%v=$?', '%v=$!', '%v=$$', '%v=$LINENO', '%v=$BASH_COMMAND',
    '%v=$FUNCNAME', '%v=$REPLY', 'read <<< %s; %v=$REPLY', '[[ %s =~ .* ]]; %v=$BASH_REMATCH', '[[ $%v =~ (.*) ]]; %v=${BASH_REMATCH[1]}', '[[ $%v == %s ]] || %v=%s', '[[ -n $%v ]] && %v=%s',
    '[[ -z $%v ]] && %v=%s', '[[ -v %v ]] && %v=%s', '[ -n "$%v" ] && %v=%s', '[ $%v ] && %v=%s', '[ -e f1 ] && %v=%s', '[ -e nosuch ] || %v=%s', 'test -d d1 && %v=%s',
    '[ ! -e f1 ] || %v=%s', '[ 1 -eq 1 ] && %v=%s', '[ 1 = 2 ] || %v=%s', 'cd d1 && %v=%s', 'cd nosuch || %v=%s', 'cd nosuch; %v=%s', 'cd d2; read %v < f1', 'cd d2; read %v < f1; cd ..',
    'cd d1; cd -; read %v < f1', '(cd d2); read %v < f1', 'cd d2 | :; read %v < f1', 'CDPATH=d2; cd d1', 'pushd d2 > /dev/null; read %v < f1',
    'pushd d2 >/dev/null; popd >/dev/null; read %v < f1', 'HOME=d2; cd; read %v < f1', 'PWD=d2; read %v < $PWD/f1', 'wait -p %v', 'wait -n -p %v $!', 'hash -r; %v=%s', 'ulimit -n 3; %v=%s',
    'umask 777; %v=%s', '[ a ; %v=%s', '%v=%s; false', 'beta; %v=%s', '%v=%s;', '%v=%s # c', '# %v=%s', '%v=%s\\\n', '%v=\\\n%s', ': \\\n%v=%s', "echo '\n%v=%s\n'",
    'cat <<E > /dev/null\n%v=%s\nE\n:', "cat <<'E'\n%v=%s\nE\n:", '%v=%s$nope', '%v=$nope%s', '%v=a%s', '%v=%s%s', 'y+=%s %v=%s', 'y=%s %v=$y', 'y=%v z=$y', 'readonly y; %v=%s y=1',
    'readonly %v; %v=%s', 'readonly %v; (%v=%s); :', 'readonly %v; unset %v', 'readonly %v; read %v <<< %s', 'readonly %v; printf -v %v %s', 'readonly %v; for %v in %s; do :; done',
    'readonly %v; export %v=%s', 'readonly %v; %v=%s f', 'readonly %v; %v=%s :', 'readonly %v; local %v=%s', 'readonly %v; f() { local %v=%s; }; f', 'readonly %v; : ${%v:=%s}',
    'readonly %v; mapfile -t %v <<< %s', 'readonly %v; %v=%s eval :', 'readonly %v; eval %v=%s', 'readonly %v; command eval %v=%s', 'readonly %v; declare %v=%s',
    'readonly %v; getopts a %v -a', 'readonly %v; %v+=(%s)', 'readonly %v; select %v in %s; do break; done <<< 1', 'readonly %v; true && %v=%s', 'readonly %v; if %v=%s; then :; fi',
    'readonly %v; { %v=%s; }', 'readonly %v; %v=%s || :', 'readonly %v; ((%v=1))', 'readonly IFS; IFS=m read %v <<< %s', 'declare -r %v', 'typeset -r %v', 'export -n %v', 'declare +r %v',
    'declare +x %v', 'declare -i %v', 'declare -u %v', 'declare -l %v', 'declare -c %v', 'declare -t %v', 'declare -I %v', 'declare -a %v', 'declare -A %v', 'declare -n %v', 'declare +n %v',
    'declare -p %v', 'declare -f %v', 'declare -F', 'local %v', 'typeset -L 2 %v', 'typeset -R 2 %v', 'typeset -Z 3 %v', 'typeset -U %v', 'typeset -h %v', 'typeset -H %v', 'typeset -E %v',
    'typeset -T %v y', 'typeset -a %v', 'typeset -m "%v*"', 'private %v=%s', 'integer %v', 'float %v', 'unset -m "%v"', 'setopt shwordsplit', 'setopt kshglob', 'setopt globsubst',
    'setopt nullglob', 'setopt ksharrays', 'setopt rcexpandparam', 'setopt extendedglob', 'setopt nonomatch', 'setopt autocd', 'setopt errexit', 'setopt noexec', 'setopt posixbuiltins',
    'setopt posixidentifiers', 'setopt allexport', 'setopt promptsubst', 'setopt cdablevars', 'setopt braceccl', 'setopt multios', 'setopt localoptions', 'setopt warncreateglobal',
    'setopt cshnullglob', 'setopt aliases', 'setopt ignorebraces', 'setopt magicequalsubst', 'setopt noequals', 'setopt bareglobqual', 'setopt shnullcmd', 'setopt functionargzero',
    'setopt typesetsilent', 'setopt unset', 'setopt nounset', 'emulate sh', 'emulate ksh', 'emulate -L sh', "emulate sh -c '%v=%s'", 'zmodload zsh/mapfile', 'zmodload zsh/parameter',
    'autoload %s', 'autoload -U %s', 'fpath=(fn); autoload alpha', 'functions[f]="%v=%s"', 'aliases[al]=omega', 'path=(d1)', 'PATH=d1:$PATH', 'PATH=', 'PATH=d1', 'PATH=d1 :', 'PATH=d1 f',
    'PATH=d1 eval :', 'export PATH=d1', 'PATH+=:d1', 'read PATH <<< d1', 'unset PATH', 'for PATH in d1; do :; done', 'printf -v PATH d1', ': ${PATH:+d1}', 'declare PATH=d1', 'local PATH=d1',
    'typeset -T Q path', 'ENV=f2', 'BASH_ENV=f2', 'export BASH_ENV=f2', 'BASH_ENV=./f2 bash -c :', 'ENV=./f2 sh -c :', 'PROMPT_COMMAND=omega', "PS4='$(omega)'", "PS4='$(omega)'; set -x",
    "PS4='$x '", "PS1='$(omega)'", 'precmd() { omega; }', 'chpwd() { omega; }; cd d1', 'chpwd_functions=(f); cd d1', 'zshexit() { omega; }', 'TRAPEXIT() { omega; }', 'TRAPDEBUG() { omega; }',
    'TRAPZERR() { omega; }; false', 'command_not_found_handler() { omega; }; nosuch', 'command_not_found_handle() { omega; }; nosuch', 'command_not_found_handle() { omega; }; nosuchprog',
    'FIGNORE=a', 'GLOBIGNORE=*', 'FUNCNEST=1', 'TMOUT=1', 'OPTIND=1', 'RANDOM=1', 'SECONDS=1', 'LC_ALL=C', 'LANG=%s', 'HISTFILE=f1', 'MAILCHECK=0', 'TIMEFORMAT=%s', 'COLUMNS=%s',
    'BASH_ARGV0=%s', 'BASH_XTRACEFD=1', 'EXECIGNORE=*', 'CHILD_MAX=1', 'DIRSTACK[0]=d1', 'BASHOPTS=x', 'SHELLOPTS=x', 'GROUPS=1', 'UID=1', 'PPID=1', 'FUNCNAME=%s', 'LINENO=%s',
    'BASH_LINENO=1', '_=%s', 'PIPESTATUS=%s', 'REPLY=%s', 'OPTARG=%s', 'MAPFILE=%s', 'NULLCMD=omega', 'READNULLCMD=omega', 'STTY=%s', 'argv=(%s)', '1=%s', '@=%s', 'status=%s', 'HISTCHARS=%s',
    'histchars=%s', 'RPS1=%s', 'options[shwordsplit]=on', 'commands[alpha]=d1/alpha', 'fpath=(fn)', 'FPATH=fn', 'ZDOTDIR=d1', 'KEYBOARD_HACK=%s', 'TRY_BLOCK_ERROR=0',
    '{ : } always { %v=%s }', '{ return } always { %v=%s }', '() { %v=%s }', '() { local %v=%s }', 'function { %v=%s }', 'repeat 0 %v=%s', 'repeat 1 %v=%s', 'for %v (%s) :',
    'foreach %v (%s); :; end', 'if true { %v=%s }', 'if (( 0 )) { %v=%s }', 'while (( 0 )) { %v=%s }', 'case a { a) %v=%s ;; }', 'noglob %v=%s', 'nocorrect %v=%s', '- %v=%s',
    'noglob read %v <<< %s', 'print -v %v %s', 'print -z %s', 'read -k 1 %v <<< %s', 'read -q %v <<< y', 'set -A %v %s', 'set -A %v omega', '%v=( $(echo %s) )', '%v=${(P)%v}', '%v=${(e)%v}',
    '%v=$~%v', '%v=${(U)%v}', '%v==alpha', 'sysread -o %v', 'zparseopts a:=%v', 'zstyle %s', 'zformat -f %v %s', 'strftime -s %v %s 1', 'zmodload zsh/datetime; strftime -s %v %s 1',
    'zformat -f %v %s a:b', 'stat -H %v f1', "read '%v?' y < f2", 'read -n 1 %v < f2', '%v=%s exec', 'coproc %v { :; }; sleep 0.01', "trap '%v=omega' DEBUG", '[[ omega =~ o.* ]]', 'MATCH=%s',
    'psvar=%s PSVAR=omega', '%v=omeg/a; %v=${%v///}', '%v=${%v////a}', '%v=${%v//%%/a}', '%v=${%v//%%a/b}', '%v=${%v/#%%/omega}', '%v=$#%v', '%v=$10', '%v=$(echo %s < nosuch)',
    '%v=$({ echo %s; } < nosuch)', '%v=$(echo %s 3<&9)', '%v=$(: < nosuch; echo %s)', '%v=$(env -C nosuch echo %s)', '%v=$(timeout x echo %s)', '%v=$(nice -n x echo %s)', '%v=$(sh -c "echo %s")',
    '%v=$(builtin echo %s)', '%v=$(echo ${1:=%s})', '%v=$(echo "${@:=%s}")', '%v=$(echo ${%v,})', 'unset LINENO; %v=omega$LINENO', 'local SECONDS; %v=omega$SECONDS', "%v=$(printf '\\\"%s\\x61')",
    "%v=$(env printf '\\'%s')", '%v=$((010))', '%v=${%v:0:-1}', '%v=${%v/%%/a}', '%v="{%s,a}"', '%v="?"; %v=${%v#$%v}', '%v=${nope/*/%s}', 'read %v < <(env -C nosuch echo %s)',
    'env -C nosuch echo %s | { read %v; alpha "$%v"; }', 'eval "$(env -C nosuch echo %v=%s)"', "eval 'status=1; %v=%s'", "eval 'export 1a=2; %v=%s'", 'export() { :; }; export %v=%s', 'command() { :; }; command eval %v=%s', '\\export %v=$y',
    'e=export; $e %v=$y', 'shopt -s nocasematch; %v=${%v/OMEGA/alpha}', 'set -T', 'cd +1', 'cdpath=(d2); cd d1', 'unset 1', 'for argv in %s; do :; done', "%v=(omega b); eval 'export %v=%s'",
    'typeset -', 'let "%v%=0"', "printf 'x\\n' | { head -c1 & wait; read %v; } 3</dev/null",
]

USES = [
    '$x', '$x a', '"$x" a', '${x}', '$x b c', 'alpha "$x"', '$y a', '"$y"', '$1', '$1 a', '"$@"', '$2', '$z', '${x[0]} a', '${x[1]} a', '${x[k]}', '"${x[@]}"', '${x:-alpha}', '${x-alpha}',
    '${x:+alpha}', '${x+alpha}', '${x#o} ', '${x%a}a', 'a${x#?????}lpha', 'eval "$x"', 'eval $x', 'eval "$y"', "eval '$x'", 'sh -c "$x"', "sh -c '$x'", "sh -c '$0' $x", 'env $x',
    'env "$x" a', 'command $x', 'builtin command $x', 'exec $x', 'nice $x', 'xargs $x < f1', 'time $x', '! $x', '$x | cat', 'cat f1 | $x', '($x)', '{ $x; }', '$x &', 'if $x; then :; fi',
    'while $x; do break; done', 'trap $x EXIT', 'trap "$x" EXIT', "trap '$x' EXIT", 'f', 'f a', 'f $x', 'f $x $y', 'f "$@"', '(f)', 'f | cat', 'x=alpha f', 'x=omega f', 'alpha', 'alpha a',
    'al', 'al b', 'eval al', 'eval alpha', 'omega', 'command alpha', 'alpha $(f)', 'alpha $($x)', 'alpha `$x`', 'alpha <($x)', '$(echo $x)', '$(f)', '$(echo alpha)', 'cat <<E\n$($x)\nE',
    'echo $x | sh', 'echo "$x a" | sh', 'printf %s $x | sh', "echo '$x' | sh", 'cat f1 | sh', 'cat f2 | sh', 'sh f2', '. ./f2', 'sh <<< "$x"', 'sh <<E\n$x\nE', 'bash -c "$x"', "bash -c '$x'",
    "bash -c 'alpha'", 'bash -c f', 'sh -c alpha', 'env alpha', 'find . -maxdepth 0 -exec $x \\;', 'find . -maxdepth 0 -exec "$x" {} \\;', 'find . -name f1 -exec sh -c "$x" \\;',
    'for i in $x; do $i; done', 'for i in "$@"; do $i; done', 'for i; do $i; done', 'case $x in omega) omega;; esac', 'case $x in alpha) alpha;; *) omega;; esac', '[ "$x" = omega ] && omega',
    '[[ $x == omega ]] && omega', '[[ $x = alpha ]] || omega', '[ -n "$x" ] || omega', 'test -z "$x" && omega', '$x$y', 'a$x', '${x}a', '$x$nope', '{$x,a}', '$x{,}', 'x=$x; $x', 'y=$x; $y',
    'z=$x$y; $z', 'set -- $x; $1', 'set -- "$x"; "$@"', 'set $x; $1', 'a=($x); ${a[0]}', 'a=($x); "${a[@]}"', 'a=("$x"); $a', 'read y <<< $x; $y', 'echo $x | { read y; $y; }',
    'echo $x | while read y; do $y; done', 'local y=$x; $y', 'declare y=$x; $y', "export y=$x; sh -c '$y'", "export x; sh -c '$x'", 'y=x; ${!y}', 'declare -n r=x; $r', '${x@L}', '${x,,}',
    '${x/a/a}', '${x:0:5}', '${x:0}', 'IFS=m; $x', '${x//m/ }', '${x%%m*}', '${x^^}', 'typeset -l y=$x; $y', 'hash -r; $x', 'alpha; $x', 'beta; $x', 'beta || $x', 'beta && $x', 'alpha && $x',
    'alpha || $x', 'false; $x', 'false || $x', 'true && $x', ': ; $x', 'cd d1; $x', '(cd d1; $x)', 'cd d1 && $x', 'unset y; $x', 'x= ; $x alpha', '$nope $x', '"" $x', '$x $nope',
    'alpha > $x', '$x < f1', '$x > /dev/null', '2>&1 $x', '>/dev/null $x', 'a=1 $x', 'a=$x $y', 'a=$($x)', 'a=`$x` b=1', 'a=${x} ; $a', '$_', '$_ a', '$REPLY', '$?$x', '${#x}', '${!x}',
    '${x@P}', 'echo ${x@P}', '$((x))', 'alpha $((x))', 'a[x]=1', '((x))', '[[ x -eq 0 ]]', '[[ $x -eq 0 ]]', 'test $x -eq 0', 'let x', 'printf -v $x a', 'read $x < f1', 'unset $x',
    'export $x', 'declare $x', 'declare -i q=$x', 'return', 'exit', 'wait', 'kill $!', 'jobs', 'true', ':', 'false', 'echo a', 'echo', 'printf a', 'pwd', 'test a', '[ a ]', 'cat f1', 'ls',
    'cd d1', 'cd', 'cd .', 'nosuchcmd', './f2', 'd1/alpha', './alpha', '~/alpha', '< f1', '> /dev/null', 'alpha *', 'alpha f*', 'echo f*', 'echo $x*', 'echo ~', 'alpha =omega', '=alpha',
    'alpha =(omega)', 'alpha {a,$x}', 'alpha $x[1]', '$x[1]', '$x[@]', '${=x}', '${~x}', '$~x', '${(e)x}', '${(P)x}', '${(z)x}', '${(s:m:)x}', '${(Q)x}', '${(U)x}', 'print -z $x',
    'print $x | sh', '${x:l}', '${x:u}', '$x:t', '${x:t}', '${:-$x}', '${${x}}', 'repeat 1 $x', 'noglob $x', '- $x', 'exec -a a $x', 'command -p $x', '{ : } always { $x }', '() { $1 } $x',
    'alpha *(e:$x:)', 'echo f1(e:"$x":)', 'coproc $x', 'select i in $x; do $i; break; done <<< 1', 'mapfile -t a <<< $x; ${a[0]}', 'mapfile -C $x -c 1 a < f1', 'exec 3<<< $x; . /dev/fd/3',
    'source /dev/stdin <<< $x', 'source <(echo $x)', 'bash <(echo $x)', 'sh -s <<< $x', "sh -s $x <<< '$1'", "bash -s $x <<< '$1'", 'eval "${x@Q}"', 'eval "${x@A}"; $x',
    'eval "$(declare -p x)"; $x', 'eval "$(declare -f f)"; f', 'timeout 1 $x', 'setsid $x', 'sh -c "$x" $y', 'sh -c \'"$@"\' _ $x', "sh -c '. ./f3; $x'",
]

AROUND = [
    '%a', '{ %a\n}', '( %a\n)', 'if :; then %a\nfi', 'if beta; then %a\nelse :; fi', 'if beta; then :; else %a\nfi', 'for i in 1 2; do %a\ndone', 'for i in 1; do %a\ndone', 'g() { %a\n}; g',
    'g() { %a\n}; g; g', 'g() { %a\n}; (g)', 'g() { %a\n}; g | cat', 'g() { %a\n}; g || :', 'g() { %a\n}', 'g() { %a\n}; g &', 'eval "$(cat <<\'Q\'\n%a\nQ\n)"', "eval '%q'", "eval '%q' || :",
    "trap '%q' EXIT", "trap '%q' DEBUG", "trap '%q' ERR", 'while :; do %a\nbreak; done', 'until false; do %a\nbreak\ndone', 'case a in a) %a\n;; esac', 'case $x in alpha) ;; *) %a\n;; esac',
    '! { %a\n}', '{ %a\n} || :', '{ %a\n} && :', '{ %a\n} | cat', 'cat f1 | { %a\n}', '{ %a\n} &', '{ %a\n} > /dev/null', '{ %a\n} < f2', '{ %a\n} < /dev/null', '{ %a\n} 2>&1', 'set -e; %a',
    'set -e\n( %a\n) || :', 'set -u; %a', 'time { %a\n}', 'coproc { %a\n}', 'y=$( %a\n)', ': $( %a\n)', 'alpha <( %a\n)', 'shopt -s lastpipe; alpha | { %a\n}', 'f() { %a\n}',
    'f() { %a\n}; f alpha', 'f() { %a\n}; f omega', 'f() { %a\n}; x=alpha f', 'f() { local x=alpha; g; }; g() { %a\n}; f', "command eval '%q'", ". /dev/stdin <<'Q'\n%a\nQ", "sh <<'Q'\n%a\nQ",
    "sh -c '%q'", "bash -c '%q'", '() { %a\n}', '{ %a\n} always { : }', 'repeat 1 { %a\n}', 'while read l; do %a\ndone < f1', 'while read x; do %a\ndone < f1', 'for x in alpha; do %a\ndone',
    'for x in alpha omega; do :; done; %a', 'until %a\ndo break; done', 'while %a\ndo break; done', 'if %a\nthen :; fi', 'true && { %a\n}', 'false || { %a\n}', 'alpha && { %a\n}',
    'select x in alpha; do %a\nbreak; done <<< 1',
]

WORDS = ["alpha", "omega", '"alpha"', "'omega b'", "$x", "$y", '"$x"', "$1", "gamma", "${x:-alpha}"]
SHOWN = ['alpha p "$x" "$y" "$1"', 'alpha q "$x" $# "$2"', 'alpha r "${x-unset}" "${y-unset}"', "alpha s $x", 'alpha t "$@"']
SHOWN_BASH = ['alpha u "${x[0]}" "${x[1]}" "${#x[@]}"', 'alpha v "${x[@]}"', 'alpha w "${!x[@]}"']


class Script:
    def __init__(self, rng, dialect):
        self.r = rng
        self.shown = SHOWN + (SHOWN_BASH if dialect == "bash" else [])

    def chance(self, p):
        return self.r.random() < p

    def filled(self, templates):
        text = self.r.choice(templates)
        text = text.replace("%v", self.r.choices(["x", "y", "z", "1"], [80, 30, 10, 3])[0])
        return text.replace("%s", self.r.choices(WORDS, [20, 6, 4, 2, 2, 2, 2, 1, 2, 1])[0]).replace("%%", "%")

    def statement(self):
        return self.filled(self.r.choices([CHANGES, BEGINNINGS, USES], [55, 25, 20])[0])

    def within(self, text):
        around = self.r.choice(AROUND)
        return around.replace("%q", text.replace("'", "'\\''")).replace("%a", text)

    def part(self):
        text = self.statement()
        if self.chance(0.2):
            text += self.r.choice(["\n", "; ", " && ", " || "]) + self.statement()
        if self.chance(0.25):
            text += "; " + self.r.choice(self.shown)
        return self.within(text) if self.chance(0.35) else text

    def script(self):
        parts = [self.filled(BEGINNINGS) for _ in range(self.r.choice([0, 1, 1, 1, 2]))]
        for _ in range(self.r.choice([1, 1, 2, 2, 3])):
            parts.append(self.part())
            if self.chance(0.5):
                parts.append(self.r.choice(self.shown))
        parts.append(self.r.choice(self.shown))
        if self.chance(0.3):
            parts.append(self.filled(USES))
        out = parts[0]
        for text in parts[1:]:
            out += self.r.choices(["\n", "; ", " && ", " || "], [10, 8, 1, 1])[0] + text
        return out


if __name__ == "__main__":
    scripts.write_drawn(Script, "meanings ")
