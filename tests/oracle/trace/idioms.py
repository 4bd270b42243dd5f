"""Idioms of scripts that generate.py strews in: what the shell's builtins, variables and options do with the commands, words and directories around."""
import re
import sys

import scripts

# Every POSIX shell.
PLAIN = r"""
f4() { unset x; $x a; }; f4; $x
x=omega f4
f5() { $x a; }; x=omega f5; $x b
f5() { x=omega; return 1; }; f5 || $x; $x
while getopts ab:c o -a -b omega q; do alpha $o $OPTARG; done; shift $((OPTIND-1)); $1
alpha & wait $!; beta
{ omega & } ; wait
(trap 'alpha t' EXIT; exit 3)
(trap 'omega t' 0; x=alpha); $x
trap 'cd d1; alpha t' EXIT
trap - EXIT
trap '' TERM; alpha
(trap 'alpha u' USR1; kill -USR1 $$; sleep 0) 2>/dev/null
echo 'alpha $x' > f3; . ./f3
echo 'omega b' > f3; sh ./f3
echo 'x=omega' > f3; . ./f3; $x
set -o noglob; alpha *; set +o noglob; alpha f*
set -a; x=omega; sh -c '$x a'; set +a
set -u; (alpha $nope); beta
set -n
set -f; set -- *; alpha "$@"; set +f
set -x; alpha $x; set +x
set -- $x $y; alpha $#; shift; $1
set -- "$@" omega; for q; do $q; done
x=omega; y='$x a'; eval "$y"; eval eval '$y'
y='f6() { alpha "$@"; }'; eval "$y"; f6 $x
eval "alpha $x; cd d1"; beta
eval 'for i in alpha omega; do' '$i;' 'done'
x='omega "a b" c'; eval $x; $x
x=alpha; eval y=\$x; $y
x=y; eval "$x=omega"; $y
IFS=:; set -- omega:a; alpha $*; alpha "$*"; unset IFS
IFS=,; x=omega,a; $x; IFS=' '; $x
IFS=m; x=omega; alpha $x; unset IFS
read x y < f1; $x $y
{ read x; read y; $x $y; } < f1
read -r x _ << Q
omega a
Q
while read -r x; do $x a; done << Q
alpha
omega
Q
while IFS=, read -r x y; do $x $y; done << Q
alpha,b
omega,c
Q
cat << Q | while read -r i; do $i; done
alpha
$x
Q
cd d1 && { alpha; cd ..; }; beta
cd d1; cd -; alpha
cd -P d1; pwd; alpha
cd d1; (cd ..; alpha); beta
CDPATH=d1:.; cd d2; alpha
cd ./d1 || exit; alpha
OLDPWD=$PWD/d1; cd -; alpha
HOME=d1; cd; alpha ~
PWD=/nowhere; alpha $PWD; cd d1; alpha
cd "$x" 2>/dev/null; alpha
f7() { cd d1; beta; }; f7; alpha; f7 && gamma
f7() ( cd d1; x=omega; alpha ); f7; $x
exec 3< f1; read x <&3; alpha $x; exec 3<&-
(exec omega a); alpha
exec 4> f3; alpha >&4; exec 4>&-
exec < f1; read x; alpha $x; cat
{ alpha; omega; } > f3 2>&1; cat f3
alpha 2>&1 > f3 | delta
> f3 alpha; >> f3 2>&1 omega
alpha < /dev/null > f$x
if alpha; then x=omega; else x=beta; fi; $x a
if beta; then x=omega; else x=alpha; fi; $x a
gamma && x=omega || x=alpha; $x a
case $x in alpha) y=omega ;; *) y=beta ;; esac; $y
case a in (a|b) $x ;; esac
for i in $x "$y" z; do case $i in omega) alpha $i; break ;; esac; done
for i in 1 2 3; do [ $i = 2 ] && continue; alpha $i; done
until ! beta; do alpha; break; done
x=a; while [ "$x" != aaa ]; do alpha $x; x=a$x; done
x=$(echo omega | tr -d a)ga; alpha $x
x=$(cat << Q
omega
Q
); $x
x=`echo omega`; y=`echo \`echo $x\``; $y
x="$(printf '%s\n' omega)"; "$x"
x=$(f8() { echo omega; }; f8); $x; f8
x=${x#?}; o$x
x=${x%a}; ${x}a
: ${z:=$x}; $z a
y=${unset1-omega}; $y
alpha ${x:+"$y b"} ${unset1:+c}
sh -c '$0 "$@"' omega a b
sh -c 'x=$1; shift; $x "$@"' sh omega 'a b'
sh -s omega << 'Q'
$1 a
Q
sh << Q
$x b
alpha \$x
Q
x=omega; export x; sh -c 'sh -c "\$x c"'
env x=omega sh -c '$x d'; $x
env -i sh -c 'echo alpha' 2>/dev/null
env - PATH="$PATH" x=omega sh -c '$x'
unset PATH; omega
PATH=; omega; alpha
PATH=$PWD/d1:$PATH; omega
PATH=/nonexistent; alpha
command alpha "$@"; command -v omega; command $x a
command -p env alpha
type omega; hash alpha; alpha
umask 077; ulimit -c 0; times > /dev/null; alpha
readonly x; (x=omega; $x) 2>/dev/null; alpha
(x=alpha; readonly x; x=omega 2>/dev/null; $x)
export x=omega; export -p > /dev/null; $x
alias q=omega
f9() { f9a() { omega; }; }; f9; f9a
f9() { f9() { alpha second; }; omega first; }; f9; f9
f10() { if [ $# -gt 0 ]; then $1; shift; f10 "$@"; fi; }; f10 alpha omega beta
f11() { [ ${#1} -gt 3 ] || { alpha $1; f11 a$1; }; }; f11 x
f12() { return; omega; }; f12; alpha
f13() { for q; do "$q"; done; }; f13 alpha "$x"
alpha() { command alpha via "$@"; }; alpha a; unset -f alpha; alpha b
omega() { alpha o; }; omega; unset -f omega; omega
cd() { command cd "$@" && alpha in; }; cd d1; unset -f cd; beta
test() { omega; }; test a; unset -f test
printf '%s\n' alpha omega | while read -r i; do $i; done; $i
printf '%s %s\n' omega a | sh
printf 'alpha\n' | sh; printf 'omega\n' | cat | sh
echo "$x a" | sh
echo alpha | sh -s; echo 'omega a' | sh -
echo x | xargs -I{} sh -c '$0 {}' omega
echo omega | xargs -I{} {} a
printf 'a\nb\n' | xargs -n1 alpha; printf 'a b\n' | xargs $x
find . -name f1 -exec sh -c '$0 "$1"' omega {} \;
find d1 d2 -maxdepth 0 -exec alpha {} + -exec beta {} \;
timeout 5 sh -c 'exec omega a'; nice -n 1 env X=1 sh -c 'alpha $X'
nohup sh -c 'cd d1; alpha' > /dev/null 2>&1; beta
setsid -w env -C d1 alpha; beta
env -S 'x=omega sh -c "$x a"' 2>/dev/null
"""

# bash alone.
BASH = r"""
declare -A m=([a]=alpha [b]=omega); for k in "${!m[@]}"; do ${m[$k]} $k; done
declare -A m; m[$x]=omega; ${m[$x]} a
declare -A m=([k]=$x); ${m[k]} a; "${m[@]}"
declare -A m=(k omega); ${m[k]}
arr=([2]=omega [0]=alpha); "${arr[@]}"
arr=([1]=$x b [0]=$y); "${arr[@]}"; ${arr[1]}
for i in "${!arr[@]}"; do ${arr[$i]} $i; done
arr=("$x" "$y"); arr=("${arr[@]}" z); "${arr[@]}"
arr=(${arr[@]/alpha/omega}); "${arr[@]}"
arr=("${arr[@]:1}"); "${arr[@]}"; alpha ${#arr[@]}
arr+=($x "$y z"); ${arr[-1]}
unset 'arr[0]'; "${arr[@]}"
arr[1]=omega; "${arr[@]:1:1}" a
x=(omega a); $x b; ${x[1]}
x[1]=b; $x a; "${x[@]}"
for ((i=0; i<${#arr[@]}; i++)); do ${arr[i]} $i; done
declare -n ref=x; ref=omega; $x a; $ref b
declare -n ref=arr; ref+=(z); "${ref[@]}"; ref=(omega); $arr
f4() { local -n out=$1; out=omega; }; f4 y; $y
declare -n ref=x; unset ref; $x a; unset -n ref
z=x; ${!z} a
z=x; : ${!z:=omega}; $x
z='arr[1]'; ${!z}
z=arr[@]; "${!z}"
printf -v x %s omega; $x
z=y; printf -v "$z" omega; $y
printf -v 'arr[2]' omega; ${arr[2]}
printf -v x %q 'omega a'; eval $x; $x
printf -v x '\x6f%s' mega; $x
printf '%b' 'omega\n' | bash
printf -v x '%s ' omega a; $x
read -ra arr <<< 'omega a b'; "${arr[@]}"
IFS=: read -r x y <<< omega:b; $x $y
read -n5 x <<< omegabcd; $x
read -d , x <<< omega,b; $x
read -rd '' x <<< 'omega a'; $x
read <<< omega; $REPLY a
mapfile -t -n 1 arr <<< $'omega\nb'; ${arr[0]}
mapfile -t -s 1 arr <<< $'a\nomega'; "${arr[@]}"
mapfile -C 'alpha cb' -c 1 arr <<< $'a\nb'
readarray -d : -t arr <<< omega:b; ${arr[0]}
mapfile -t -O 1 arr <<< omega; "${arr[@]}"
mapfile -t < <(echo omega); ${MAPFILE[0]}
coproc { read x; alpha $x; }; echo omega >&${COPROC[1]}; wait
coproc q { omega; }; wait
coproc cat; echo omega >&"${COPROC[1]}"; read x <&"${COPROC[0]}"; kill $!; $x
coproc alpha a; read x <&"${COPROC[0]}"; wait; $x
select x in omega beta; do $x a; break; done <<< 1
select x in alpha $y; do $x $REPLY; break; done <<< 2
hash -p "$(type -P omega)" alpha; alpha b; hash -r
hash -d alpha; hash -t alpha; alpha
enable -n echo; echo a; enable echo
enable -n test; test a = b
exec {fd}<f1; read x <&$fd; exec {fd}<&-; alpha $x
(exec -a zz omega a)
(exec -c alpha b)
(exec -l alpha c)
trap 'alpha $BASH_COMMAND' DEBUG; beta; trap - DEBUG
trap 'x=omega' DEBUG; alpha; $x; trap - DEBUG
trap 'x=omega' ERR; false; $x a
set -E; trap 'alpha e' ERR; f5() { false; }; f5
set -T; trap 'alpha r' RETURN; f5() { :; }; f5; trap - RETURN
f5() { trap 'alpha r' RETURN; }; f5; f5; trap - RETURN
trap 'omega; exit' EXIT; exit
trap 'alpha $?' ERR; (exit 3); trap - ERR
trap 'alpha u; x=omega' USR1; kill -USR1 $$; $x
PS4='$(alpha ps) '; set -x; beta; set +x
PS4='$x '; set -x; beta; { set +x; } 2>/dev/null
PS1='$(omega)'; x=${PS1@P}
x='\w'; alpha "${x@P}"
x='$y'; alpha "${x@P}"
echo 'omega b' > f3; BASH_ENV=f3 bash -c alpha
echo 'omega b' > f3; export BASH_ENV=./f3; bash -c alpha; sh -c beta
PROMPT_COMMAND='omega'; alpha
f6() { alpha "$@"; }; export -f f6; bash -c 'f6 x'; env bash -c 'f6 y'
alpha() { omega; }; export -f alpha; bash -c 'alpha z'; env alpha q; unset -f alpha
env 'BASH_FUNC_alpha%%=() { omega; }' bash -c 'alpha z'
command_not_found_handle() { omega "$@"; }; nosuch a; unset -f command_not_found_handle
shopt -s lastpipe; echo omega | read x; $x
shopt -s lastpipe; cd d1 | cd d2; alpha; shopt -u lastpipe
shopt -s extglob; eval 'alpha !(f1) @(f1|f2) *(d?)'
shopt -s dotglob nullglob; alpha * none*
shopt -s nullglob; none* omega; alpha none?
shopt -s nocasematch; case OMEGA in omega) y=omega ;; esac; [[ ALPHA == alpha ]] && $y
shopt -s globstar; alpha **/f*
shopt -s failglob; alpha none*; beta
shopt -s failglob; x=none*; $x; alpha
shopt -s inherit_errexit; set -e; x=$(beta; echo a); alpha $x
shopt -s nocaseglob; alpha F*
shopt -s cdable_vars; q=d1; cd q; alpha
shopt -s autocd 2>/dev/null; d1; alpha
shopt -s assoc_expand_once; alpha
shopt -s localvar_inherit; f7() { local x; $x; }; f7
shopt -s localvar_unset; f7() { local x=a; unset x; $x; }; f7
shopt -s compat44 2>/dev/null; alpha
shopt -s xpg_echo; echo 'omega\n' | bash
shopt -s execfail; (exec nosuch; omega)
shopt -u sourcepath; echo alpha > f3; . f3
shopt -s expand_aliases
set -o posix; x=omega :; $x; set +o posix
set -o posix; alpha <(beta) 2>/dev/null; set +o posix
set -k; sh -c '$x a' x=omega; set +k
set -o nounset; (alpha $nope); set +o nounset
set -e; f8() { beta; omega; }; f8 || alpha; set +e
set -o pipefail; beta | alpha && omega
set -euo pipefail; alpha | beta; omega
set +B; alpha {a,b}; set -B; alpha {a,b}
set -p; alpha; set +p
set - omega a; "$@"
set -- -e; set "$@"; beta; alpha
f9() { local -; set -f; alpha *; }; f9; alpha *
f9() { local x; unset x; $x a; }; x=omega; f9
f9() { local x=omega; f9a; $x; }; f9a() { x=beta; }; f9; $x
f9() { declare -g x=omega; local x=a; }; f9; $x
f9() { x=omega; }; y=$(f9; echo $x); $x; $y
f10() { local x=$1; shift; [ $# -gt 0 ] && f10 "$@"; $x; }; f10 alpha omega beta
f11() { ((n++ < 3)) || return; alpha $n; f11; }; n=0; f11
fib() { if (($1 < 2)); then alpha $1; else fib $(($1-1)); fib $(($1-2)); fi; }; fib 3
function alpha-beta { omega "$@"; }; alpha-beta a
function ./x { omega; }; ./x
. /dev/stdin <<< 'return; omega'; alpha
. /dev/stdin <<< 'set -- omega'; $1 a
. /dev/stdin omega <<< '$1 a'; $1
source <(echo x=omega; echo 'cd d1'); $x
source <(printf 'f12() { %s; }' omega); f12
bash -c 'alpha $0 $1' omega b
bash -s -- omega <<< '$1 a'
bash -O extglob -c 'alpha !(f1)'
bash -xc 'alpha *' 2>/dev/null
bash -euc 'beta; omega'
bash <<< $'alpha\nomega a'
bash < <(echo omega a)
bash -c "$(printf '%s;' alpha omega)"
bash -c 'eval "$1"' _ 'omega a'
bash -c 'trap "alpha t" EXIT; cd d1'; beta
builtin cd d1; alpha
builtin eval 'x=omega'; $x
builtin command builtin . /dev/stdin <<< 'x=omega'; $x
$(type -P omega) a
"$(command -v alpha)" b
$'\157mega' a; $"alpha" b; o$'m'ega
o{mega,} a; {alpha,omega}; alpha{,} c
for i in {alpha,omega}\ a; do $i; done
n=1; set -- alpha omega; printf 'ab%n' n > /dev/null; eval "\$$n"
n=1; set -- alpha omega; printf '%s%n%s' ab n c > /dev/null; eval "\$$n"
n=1; y='%sb%n'; set -- alpha omega; printf "$y" a n > /dev/null; eval "\$$n"
: omega; $_ a
alpha omega; $_ b
[[ omega-x =~ ^([a-z]+)-(.)$ ]] && ${BASH_REMATCH[1]} ${BASH_REMATCH[2]}
[[ $x =~ (.*)a ]]; ${BASH_REMATCH[0]}; ${BASH_REMATCH[1]}
[[ -n ${x:=omega} ]]; $x
[[ $(alpha) && ! $(beta) || $(omega) ]]
[[ -v x && $x == @(alpha|omega) ]] && $x
(( n = 5, x = n )); alpha $x
let n=2 n+=3; alpha $n; let 'n > 1' && omega
declare -i n=1; n+=2; alpha $n; n=x
declare -u x=abc; alpha $x; declare -l x=OMEGA; $x
declare -r q=omega; q=alpha; $q
declare -x x=omega; env sh -c '$x'
declare x; $x a; declare +x x; declare -p x > /dev/null
typeset -a arr; arr[3]=omega; ${arr[3]}
case omega in o*) y=omega ;& b) $y ;;& *) alpha ;; esac
case $x in alpha) ;& beta) omega ;;& *a) beta ;; esac
time alpha; time -p { beta; }; ! omega
time ! alpha | beta; time; omega
pushd d1 > /dev/null; alpha; popd; beta
pushd d1; pushd ../d2; dirs; pushd +1; alpha; popd -n; beta
pushd -n d1; alpha; popd; beta
cd d1; dirs -c; pushd .. ; alpha; popd
cat <(alpha) <(omega) > >(delta); wait
alpha > >(bash) ; wait $!
echo omega > >(bash); wait $!
read x < <(echo omega); $x
while read -r x; do $x a; done < <(printf 'alpha\nomega\n')
diff <(alpha) <(beta) > /dev/null 2>&1; omega
alpha |& delta; { alpha; omega; } |& cat
cat <<< "$(omega)"; alpha <<< $x
cat << Q <<< b
$(omega)
Q
{ read x; $x; } <<< omega; $x
alpha &> f3; omega >& f3; alpha &>> f3
xargs -a <(echo a b) alpha; xargs $x <<< 'a b'
xargs -I{} sh -c '{} a' <<< omega
wait -n; disown -a; jobs; alpha & jobs -x omega a; wait
alpha & p=$!; wait -p q $p; kill $p 2>/dev/null; beta
echo ${x@Q} | bash; eval "${x@A}"; $x
x='o\x6dega'; ${x@E}
x=OMEGA; ${x@L} a; ${x,,}
x=omega; ${x^}; ${x/e/E}; ${x//[ao]/}
alpha "${x:0:3}" ${x: -2} ${x:1:-1}; ${x:0} a
alpha "${@:1:1}" "${@:2}" "${*: -1}" ${!#}
alpha ${!x*} "${!x@}" ${#arr[0]} ${#@}
x=$(< f1); alpha $x
x=$(<<< omega cat); $x
x=$((echo omega); echo a); $x
IFS=$'\n'; x=$'omega\na'; $x; unset IFS
IFS=e; arr=(omega); alpha ${arr[@]}; unset IFS
FUNCNEST=2; f13() { alpha; f13; }; f13; FUNCNEST=
RANDOM=1; alpha $((RANDOM * 0)); SECONDS=0
BASH_ALIASES[alpha]=omega; eval 'alpha a'
BASH_CMDS[alpha]=$(type -P omega); alpha a; hash -r
GLOBIGNORE=f1; alpha f*; unset GLOBIGNORE
TIMEFORMAT=; time alpha; LC_ALL=C; alpha
EXECIGNORE='*omega'; omega; EXECIGNORE=
caller; alpha ${FUNCNAME[0]} $LINENO ${BASH_SOURCE[0]}
times > /dev/null; ulimit -c 0; alpha
compgen -W 'a b' > /dev/null; complete -W 'a b' alpha; alpha
history -s omega; alpha; fc -l > /dev/null 2>&1
logout; alpha
true; alpha $?; false || alpha ${PIPESTATUS[0]}
"""

# Where shells differ in what they find: each runs in every shell that is here.
DIALECTS = r"""
alpha "${x:-'}"; omega b; alpha "'}"
alpha a &> /dev/null; omega b
alpha {a,b}; {alpha,a}
alpha $'a\x41'; $'\x6fmega' a
x=(1 omega); ${x[1]} a
x="omega b"; $x; alpha $x
alpha a{b,c}; [[ a = a ]] && omega
alpha $((omega) | (cat))
alpha $(( 1 + 1 )) $((1+1)) $(( (1) ))
omega |& cat
f() omega; f
for x in 1 2; { alpha $x; }
if ((1)) { omega; }
=omega
alpha =omega
alpha a # omega
alias q="omega a"
alpha "a!b" !x; omega
alpha <(omega)
alpha a^b; alpha *nomatch*; omega
noglob omega x
- omega x
repeat 2 omega
alpha ${(e):-\$(omega)}
time -p omega
function f { omega; }; f
function f () { omega; }; f
select x in a; do omega; break; done < /dev/null
alpha $[1+1] ~+
let x=1+1; alpha $x
a=1; alpha $a[1]
alpha "`omega \"in q\"`" `omega \\\\x`
alpha ${x-`omega }`}
alpha;;omega
alpha 1 2>&1>f3; omega
alpha a >&f3; omega
{ alpha a } ; omega b; }
x[1]=5 omega hi
alpha 'a''omega'; 'ome''ga'
alpha ${x//a/b} $"loc"; omega
coproc omega; wait
ome\
ga cont
alpha ${!HOM*}; omega
alpha a;#b
alpha a>f3#c; omega
alpha {1..3}; ! ! omega
case x in x) alpha 1;;& *) omega 2;; esac
case x in x) alpha 1;& y) omega 2;; esac
alpha $(case x in x) omega cs;; esac)
alpha "${x-'$(omega)'}" "${x#'$(omega)'}"
alpha ${x:-'$(omega)'} ${x:-"$(omega)"}
"${x:-omega}" a; ${x:-omega a}
omega() { alpha; }; omega; \omega
/bin/ls() { omega; }; /bin/ls
[() { omega; }; [ a ]
command() { omega; }; command alpha
cd() { omega; }; cd d1
x='a[$(omega)]'; : $((x))
[[ $y -eq 0 || a == $(omega) ]]
test a -lt b; omega
printf -v x omega; $x
x='$(omega)'; set -x; alpha; PS4=$x; beta
alias q='omega '; eval 'q a'
omega 2>&1 | { read x; alpha $x; }
alpha >| f3; omega <> f3
{fd}>f3 omega; 12>f3 alpha
x=~; alpha $x ~/f1 a=~ b:~
set -- omega a; "$@"; $*; "$1"
IFS=:; x=omega:a; $x
for x; do omega; done; for x do alpha; done
while omega; do break; done; until alpha; do :; done
alpha a&omega b
trap omega EXIT; trap 'alpha a' 0
exec omega; alpha
eval omega; eval 'alpha;' omega
. ./f1; omega
cat << "E"F | alpha; omega
$(omega)
EF
cat << E\F | alpha; omega
$(omega)
EF
cat << $'E'
$(omega)
E
cat <<- E
	$(omega)
  E
	E
cat << E1; cat << E2
$(omega)
E1
`alpha`
E2
alpha $(cat << E
in
E
); omega
alpha $(cat << E
omega
E); omega
cat << ''
$(omega)

cat << E
a\
$(omega)
E
omega << E
E
cat << E; omega
"$(alpha '}')" ${x:-$(omega)} $((1+$(alpha)))
E
n=1; alpha $((n += (n = 5))) $n
set -- alpha; argv=(omega); $1; alpha "$@"
MATCH=alpha; [[ omega =~ o.*a ]]; $MATCH
psvar=alpha; PSVAR=omega; $psvar
x=alpha; export() { :; }; export x=omega; $x
command() { :; }; command omega
x=alpha; x.get() { omega; }; alpha $x
x=omega; trap 'x=omega' DEBUG; x=alpha; $x
x=omega; eval 'status=1; x=alpha'; $x
x=omega; eval 'export 1a=2; x=alpha'; $x
x=(omega b); eval 'export x=alpha'; $x
x=alpha; read 'x?' y < f1; $x $y
set -- alpha; read -n 1 x < f1; $1
y='omega a'; \export z=$y; alpha $z
y='omega a'; e=readonly; $e z=$y; $z
echo omega | sh -sc alpha
printf 'qomega a\n' | { head -c1 >/dev/null & wait; sh; } 3</dev/null
coproc x { :; }; x=alpha; sleep 0.1; ${x-omega}
x=; alpha $x=alpha
x=d1; set -T; cd x; alpha
pushd d1; pushd ../d2; cd +1; alpha
cdpath=(d1 .); cd d2; alpha
alpha ~""/f1
"alpha"() { omega; }; alpha a
x=alpha; $x() { omega; }; alpha a
al{pha,x}() { omega; }; alpha a
x=alpha; set +A x omega; $x a
x=alpha; for "x" in omega; do :; done; $x a
x=a; alpha "${x/a/'$(omega)'}"
ZLE_RPROMPT_INDENT='path[$(omega)1]'; alpha a
y=alpha; x='a y=omega'; readonly z=$x; $y
[ 'q[$(omega)0]' -gt 0 ]; alpha a
eval() { :; }; eval omega; alpha a
for i in 1 2; do printf 'aomega\nb\n' | while read -r x; do y=$(head -c 1 <&0); $x; done; done
"""


def listed(text):
    """An idiom is a line, with the lines of its here-documents."""
    out, lines = [], text.strip().split("\n")
    i = 0
    while i < len(lines):
        one = lines[i]
        if "<< Q" in one or "<< 'Q'" in one:
            i += 1
            while lines[i] != "Q":
                one += "\n" + lines[i]
                i += 1
            one += "\nQ\n"
            if i + 1 < len(lines) and lines[i + 1].startswith(")"):
                i += 1
                one += lines[i]
        out.append(one)
        i += 1
    return out


def probes(text):
    """A probe is a line; a here-document, or a word that goes over lines, takes what follows up to the line of its delimiter."""
    out, lines, i = [], text.strip("\n").split("\n"), 0
    while i < len(lines):
        one, i = lines[i], i + 1
        for m in [d.strip("\"'$").replace("\\", "").replace('"', "") for d in re.findall(r"<<-? (\S*?)(?=[;| ]|$)", one)]:
            while True:
                one, i = one + "\n" + lines[i], i + 1
                last = lines[i - 1].lstrip("\t")
                if last == m or last.startswith(m + ")") and m:
                    break
        while one.count("$(") > one.count(")") or one.endswith("\\"):
            one, i = one + "\n" + lines[i], i + 1
        out.append(one)
    return out


PLAIN, BASH, DIALECTS = listed(PLAIN), listed(BASH), probes(DIALECTS)
STATES = ["x=omega; y='alpha q'; z=beta\nset -- alpha 'b c' d\n", "x=alpha; y=omega\nset -- omega\n"]


def main():
    """idioms.py SHELL: every idiom and every probe alone, in two states, in the form of generate.py's scripts."""
    bash = sys.argv[1] == "bash"
    all_of_them = DIALECTS + [s + ("arr=(alpha 'b c' omega)\n" if bash else "") + t for s in STATES for t in PLAIN + (BASH if bash else [])]
    for script in all_of_them:
        scripts.write(script + "\n")


if __name__ == "__main__":
    main()
