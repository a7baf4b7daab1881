# Made by 'make pages' from src/cli; do not edit.
_pspp_filter() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} before=
    # bash splits --unit=ns into three words
    if [[ $cur == = ]]; then cur=
    elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
    # in -sf json and -sfjson, s takes no value and f does
    if [[ $cur =~ ^-[HsqhV]*([lkipCfubImcto])(.+)$ ]]; then
        prev=-${BASH_REMATCH[1]} before=${cur%"${BASH_REMATCH[2]}"} cur=${BASH_REMATCH[2]}
    elif [[ $prev =~ ^-[HsqhV]*([lkipCfubImcto])$ ]]; then prev=-${BASH_REMATCH[1]}; fi
    case $prev in
        -l|--loop) return ;;
        -k|--key) COMPREPLY=($(compgen -P "$before" -W 'tid pid cpu comm all' -- "$cur")); return ;;
        --match) COMPREPLY=($(compgen -P "$before" -W 'latest first strict nested' -- "$cur")); return ;;
        --max-keys) return ;;
        -i|--input) mapfile -t COMPREPLY < <(compgen -P "$before" -f -- "$cur"); return ;;
        --reorder) return ;;
        --comm) return ;;
        -p|--pid) return ;;
        --tid) return ;;
        -C|--cpu) return ;;
        --time) return ;;
        --min) return ;;
        --max) return ;;
        -f|--format) COMPREPLY=($(compgen -P "$before" -W 'tsv csv json perfetto folded table html gnuplot hgrm hlog openmetrics state log' -- "$cur")); return ;;
        --show) COMPREPLY=($(compgen -P "$before" -W 'comm pid tid cpu COMM PID TID CPU common_pid key input start' -- "$cur")); return ;;
        --stack) return ;;
        -u|--unit) COMPREPLY=($(compgen -P "$before" -W 's ms us ns' -- "$cur")); return ;;
        --summary-format) COMPREPLY=($(compgen -P "$before" -W 'table json tsv html gnuplot hgrm hlog openmetrics state log' -- "$cur")); return ;;
        --quantiles) return ;;
        -b|--by) COMPREPLY=($(compgen -P "$before" -W 'comm pid tid cpu COMM PID TID CPU common_pid key input' -- "$cur")); return ;;
        --max-groups) return ;;
        -I|--interval) return ;;
        --slowest) return ;;
        --keep) return ;;
        --baseline) mapfile -t COMPREPLY < <(compgen -P "$before" -f -- "$cur"); return ;;
        --fail-if) return ;;
        --generate) COMPREPLY=($(compgen -P "$before" -W 'man bash zsh fish' -- "$cur")); return ;;
        -m|--mode) COMPREPLY=($(compgen -P "$before" -W 'loops events events+loops split 3 0 1 2' -- "$cur")); return ;;
        -c|--conf) mapfile -t COMPREPLY < <(compgen -P "$before" -f -- "$cur"); return ;;
        -t|--type) COMPREPLY=($(compgen -P "$before" -W 'Native Threads' -- "$cur")); return ;;
        -o|--output) mapfile -t COMPREPLY < <(compgen -P "$before" -f -- "$cur"); return ;;
        --log) mapfile -t COMPREPLY < <(compgen -P "$before" -f -- "$cur"); return ;;
    esac
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '-l --loop -k --key --match --pairs --discover --max-keys -i --input --reorder --fail-malformed --comm -p --pid --tid -C --cpu --time --min --max -f --format --show --stack -H --no-header -u --unit -s --summary --summary-format --quantiles --hist -b --by --max-groups -I --interval -q --quiet --slowest --keep --explain --sched --unfinished --baseline --fail-if --progress --generate -h --help -V --version -m --mode -c --conf -t --type -o --output --log' -- "$cur"))
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}
complete -o filenames -F _pspp_filter pspp-filter
