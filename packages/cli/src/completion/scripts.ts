/**
 * Scripts that make a shell ask `watertight __complete` what a word may become.
 *
 * The answer's first line is `files` where the shell's own completion of files fits, else `words`; each further line is a word, a tab
 * and what it means. Nothing of a command line is evaluated.
 */
export const SCRIPTS = {
  bash: `# bash completion for watertight
_watertight() {
  local line="\${COMP_LINE:0:COMP_POINT}" prefix="" mode="" word
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  local current="\${words[\${#words[@]}-1]}"
  # Readline takes what follows a colon or an equals sign for a word of its own.
  [[ $current == *[:=]* ]] && prefix="\${current%"\${current##*[:=]}"}"
  COMPREPLY=()
  {
    read -r mode
    while IFS=$'\\t' read -r word _; do COMPREPLY+=("\${word#"$prefix"}"); done
  } < <("$1" __complete -- "\${words[@]:1}" 2>/dev/null)
  [[ $mode == files ]] || compopt +o default 2>/dev/null
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == @(*=|*..) ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _watertight watertight
`,
  zsh: `#compdef watertight
# zsh completion for watertight
_watertight() {
  local -a answer described
  local line
  answer=("\${(@f)$("$words[1]" __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $answer[1] == files ]]; then
    _files
    return
  fi
  for line in "\${(@)answer[2,-1]}"; do
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#described == 1 )) && [[ \${answer[2]%%$'\\t'*} == (*=|*..) ]]; then
    _describe watertight described -S ''
  else
    _describe watertight described
  fi
}
if [[ $funcstack[1] == _watertight ]]; then
  _watertight "$@"
else
  compdef _watertight watertight
fi
`,
  fish: `# fish completion for watertight
function __watertight_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l answer ($words[1] __complete -- $words[2..-1] 2>/dev/null)
    if test "$answer[1]" = files
        __fish_complete_path (commandline -ct)
    else if set -q answer[2]
        printf '%s\\n' $answer[2..-1]
    end
end
complete -c watertight -f -a '(__watertight_complete)'
`,
} as const;

export type Shell = keyof typeof SCRIPTS;

export const SHELLS = Object.keys(SCRIPTS) as readonly Shell[];
