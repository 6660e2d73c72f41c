package yamltree

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// explanation says a message of the YAML library in the words of somebody who edits a file.
type explanation struct {
	sign    string // part of the library's message
	scanner bool   // found by its scanner, which counts lines from 1; its parser counts from 0
	message string
	column  func(line string) int // byte index in the line, -1 if not there
}

var explanations = []explanation{
	{"did not find expected ',' or ']'", false,
		`the list is not closed or lacks a comma; valid: [a, b, c]`, last("[")},
	{"did not find expected ',' or '}'", false,
		`the mapping is not closed or lacks a comma; valid: {key: value, key: value}`, last("{")},
	{"did not find expected key", false,
		`the indentation fits no line above; valid: the keys of a mapping all start in one column`, nil},
	{"did not find expected '-' indicator", false,
		`the lines of this list do not fit together; valid: every entry starts with "- " in the same column`, nil},
	{"did not find expected node content", false,
		`a value is missing here; valid: a text, a number with its unit, [list] or {key: value}`, nil},
	{"did not find expected <document start>", false,
		`this does not belong to the document above; valid: one document a file`, nil},
	{"incompatible YAML document", false,
		`the YAML version is not supported; valid: a file without a %YAML line`, nil},
	{"mapping values are not allowed in this context", true,
		`a ":" cannot stand here; valid: one "key: value" a line, in the column of its neighbours, and quotes round a text with ": "`, lastColon},
	{"block sequence entries are not allowed in this context", true,
		`a "- " cannot stand here; valid: entries of a list on lines of their own`, first("- ")},
	{"mapping keys are not allowed in this context", true,
		`a "? " cannot stand here; valid: key: value`, first("?")},
	{"could not find expected ':'", true,
		`the key has no ":"; valid: key: value`, nil},
	{"exceeded max depth", true,
		`the nesting is too deep; valid: lists and mappings a few levels deep`, nil},
	{"found character that cannot start any token", true,
		`this character cannot start a value; valid: spaces instead of tabs, and quotes round a text that starts with @, % or a backquote`, firstOf("\t@%`")},
	{"found a tab character", true,
		`a tab cannot indent; valid: spaces`, first("\t")},
	{"found unexpected end of stream", true,
		`the quotes are not closed; valid: "text" or 'text'`, nil},
	{"found unexpected document indicator", true,
		`the quotes are not closed; valid: "text" or 'text'`, nil},
	{"found unknown escape character", true,
		`the escape is unknown; valid: \n, \t, \\ and \" in double quotes, or single quotes without escapes`, first(`\`)},
}

// unquotedView is a view of a population inside { } or [ ], where YAML reads its brackets as a list.
var unquotedView = regexp.MustCompile(`[^\s"'\[{:,]+\[\d+(\.\.\d+)?\]`)

const viewHint = `; inside { } or [ ] a text with brackets needs quotes: "exc[0..9]"`

var (
	lineNumber    = regexp.MustCompile(`^yaml: line (\d+): `)
	unknownAnchor = regexp.MustCompile(`unknown anchor '(.*)' referenced`)
)

// syntaxFault turns an error of the YAML library, a text with or without a line number, into a
// fault with line and column. Where the library's message does not tell the column, it is that of the
// first character of the line.
func syntaxFault(data []byte, err error) *place {
	text := err.Error()
	if m := unknownAnchor.FindStringSubmatch(text); m != nil {
		line, column := find(data, "*"+m[1])
		return &place{line, column, fmt.Sprintf("there is no anchor &%s above; valid: an alias behind its anchor", m[1])}
	}
	number := 0
	if m := lineNumber.FindStringSubmatch(text); m != nil {
		number, _ = strconv.Atoi(m[1])
		text = text[len(m[0]):]
	}
	text = strings.TrimPrefix(text, "yaml: ")
	for _, e := range explanations {
		if strings.Contains(text, e.sign) {
			return e.place(data, number)
		}
	}
	number = max(number, 1)
	return &place{number, indent(lineAt(data, number)), text + "; valid: YAML"}
}

// place finds the column in the line that the library named; 0 stands for the first.
func (e explanation) place(data []byte, number int) *place {
	if !e.scanner {
		number++
	}
	number = min(max(number, 1), lines(data))
	line := lineAt(data, number)
	column := indent(line)
	if e.column != nil {
		if i := e.column(line); i >= 0 {
			column = utf8.RuneCountInString(line[:i]) + 1
		}
	}
	message := e.message
	if strings.HasPrefix(e.sign, "did not find expected ','") && unquotedView.MatchString(line) {
		message += viewHint
	}
	return &place{number, column, message}
}

func last(s string) func(string) int {
	return func(line string) int { return strings.LastIndex(line, s) }
}

func first(s string) func(string) int { return func(line string) int { return strings.Index(line, s) } }

func firstOf(chars string) func(string) int {
	return func(line string) int { return strings.IndexAny(line, chars) }
}

// lastColon finds the last colon that ends a key.
func lastColon(line string) int {
	line = strings.TrimRight(line, " \t")
	if strings.HasSuffix(line, ":") {
		return len(line) - 1
	}
	return strings.LastIndex(line, ": ")
}

// lines counts the lines; a line break at the end of the text begins no new one.
func lines(data []byte) int {
	return bytes.Count(bytes.TrimSuffix(data, []byte("\n")), []byte("\n")) + 1
}

// lineAt returns line number n, from 1.
func lineAt(data []byte, n int) string {
	for i := 1; i < n; i++ {
		_, rest, more := bytes.Cut(data, []byte("\n"))
		if !more {
			return ""
		}
		data = rest
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return strings.TrimSuffix(string(line), "\r")
}

// indent is the column of the first character of a line that is no space.
func indent(line string) int {
	return len(line) - len(strings.TrimLeft(line, " ")) + 1
}

// find returns line and column of a text.
func find(data []byte, text string) (line, column int) {
	i := max(bytes.Index(data, []byte(text)), 0)
	start := bytes.LastIndexByte(data[:i], '\n') + 1
	return bytes.Count(data[:i], []byte("\n")) + 1, utf8.RuneCount(data[start:i]) + 1
}
