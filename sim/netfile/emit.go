package netfile

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"couplet/internal/yamltree"
)

// emitter writes YAML: one line for each part of a network, and long lines broken between the
// entries of lists and mappings.
type emitter struct {
	out    *bufio.Writer
	column int
	err    error // the first thing that a file cannot say
}

// lineWidth is where lines are broken, in characters.
const lineWidth = 110

func newEmitter(w io.Writer) *emitter { return &emitter{out: bufio.NewWriter(w)} }

func (e *emitter) put(text string) {
	e.out.WriteString(text) // bufio keeps the error until Flush
	e.column += len(text)
}

func (e *emitter) newline(indent int) {
	e.out.WriteString("\n" + strings.Repeat(" ", indent))
	e.column = indent
}

func (e *emitter) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

// separate writes a comma and what follows it.
func (e *emitter) separate() {
	if e.column < lineWidth {
		e.put(", ")
		return
	}
	e.put(",")
	e.newline(6)
}

// content writes one value.
type content func(e *emitter)

// pair is a key with its value.
type pair struct {
	key   string
	value content
}

// flow writes a mapping in braces.
func flow(pairs []pair) content {
	return func(e *emitter) {
		e.put("{")
		for i, p := range pairs {
			if i > 0 {
				e.separate()
			}
			e.put(yamltree.Quote(p.key) + ": ")
			p.value(e)
		}
		e.put("}")
	}
}

// list writes n values in brackets.
func list(n int, item func(i int) content) content {
	return func(e *emitter) {
		e.put("[")
		for i := range n {
			switch {
			case i == 0:
			case n > 4:
				e.separate()
			default: // short lists stay together
				e.put(", ")
			}
			item(i)(e)
		}
		e.put("]")
	}
}

// raw writes a text as it is.
func raw(text string) content { return func(e *emitter) { e.put(text) } }

// text writes a text, in quotes if it needs them.
func text(s string) content { return raw(yamltree.Quote(s)) }

func integer(n int) content { return raw(strconv.Itoa(n)) }

func integers[T int | uint32](l []T) content {
	return list(len(l), func(i int) content { return integer(int(l[i])) })
}

func onOff(on bool) content { return raw(strconv.FormatBool(on)) }

// quantity writes a number in the first unit of a dimension.
func (d dimension) quantity(x float64) content {
	return raw(d.write(shifted(x, d.exponent())))
}

// exponent is the power of ten of the first unit.
func (d dimension) exponent() int {
	if len(d.units) == 0 {
		return 0
	}
	return d.units[0].exponent
}

// quantities writes a list of numbers with units.
func (d dimension) quantities(l []float64) content {
	return list(len(l), func(i int) content { return d.quantity(l[i]) })
}

// shifted writes x/10^exponent so that reading it with the exponent gives x to the last bit: it
// moves the point in the shortest decimal number that means x.
func shifted(x float64, exponent int) string {
	mantissa, power, _ := strings.Cut(strconv.FormatFloat(x, 'e', -1, 64), "e")
	n, _ := strconv.Atoi(power)
	if x != 0 {
		n -= exponent
	}
	if n < -6 || n > 15 {
		return mantissa + "e" + strconv.Itoa(n)
	}
	return plainDecimal(mantissa, n)
}

// plainDecimal writes mantissa·10^n without an exponent; the mantissa has one digit before its point.
func plainDecimal(mantissa string, n int) string {
	sign := ""
	if mantissa[0] == '-' {
		sign, mantissa = "-", mantissa[1:]
	}
	digits := strings.Replace(mantissa, ".", "", 1)
	switch {
	case n < 0:
		return sign + "0." + strings.Repeat("0", -n-1) + digits
	case n+1 >= len(digits):
		return sign + digits + strings.Repeat("0", n+1-len(digits))
	}
	return sign + digits[:n+1] + "." + digits[n+1:]
}
