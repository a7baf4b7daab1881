//! The completions for bash.

use crate::cli::option::{Complete, Opt};
use crate::cli::options::options;
use crate::cli::page::{MADE_BY, NAME};

/// Returns the completion script.
pub(super) fn text() -> String {
    let cases: String = options().filter_map(case).collect();
    let all: Vec<String> = options().flat_map(Opt::names).collect();
    let letters = |takes_value: bool| {
        options().filter(|opt| opt.metavar().is_some() == takes_value).filter_map(|opt| opt.short).collect::<String>()
    };
    format!(
        "# {MADE_BY}\n\
         _pspp_filter() {{\n    \
             local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} before=\n    \
             # bash splits --unit=ns into three words\n    \
             if [[ $cur == = ]]; then cur=\n    \
             elif [[ $prev == = ]]; then prev=${{COMP_WORDS[COMP_CWORD-2]}}; fi\n    \
             # in -sf json and -sfjson, s takes no value and f does\n    \
             if [[ $cur =~ ^-[{0}]*([{1}])(.+)$ ]]; then\n        \
                 prev=-${{BASH_REMATCH[1]}} before=${{cur%\"${{BASH_REMATCH[2]}}\"}} cur=${{BASH_REMATCH[2]}}\n    \
             elif [[ $prev =~ ^-[{0}]*([{1}])$ ]]; then prev=-${{BASH_REMATCH[1]}}; fi\n    \
             case $prev in\n{cases}    esac\n    \
             if [[ $cur == -* ]]; then\n        \
                 COMPREPLY=($(compgen -W '{2}' -- \"$cur\"))\n    \
             else\n        \
                 mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n    \
             fi\n\
         }}\n\
         complete -o filenames -F _pspp_filter {NAME}\n",
        letters(false),
        letters(true),
        all.join(" ")
    )
}

/// Returns the branch of the `case` command that completes the value of an option. Returns
/// `None` if the option has no value.
fn case(opt: &Opt) -> Option<String> {
    let reply = match opt.complete()? {
        Complete::Nothing => "return".to_owned(),
        Complete::Files => "mapfile -t COMPREPLY < <(compgen -P \"$before\" -f -- \"$cur\"); return".to_owned(),
        Complete::Names(values) | Complete::SomeNames(values) => {
            let names: Vec<&str> = values.iter().map(|value| value.name).collect();
            format!("COMPREPLY=($(compgen -P \"$before\" -W '{}' -- \"$cur\")); return", names.join(" "))
        }
    };
    Some(format!("        {}) {reply} ;;\n", opt.names().join("|")))
}
