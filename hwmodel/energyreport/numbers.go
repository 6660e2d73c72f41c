package energyreport

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"couplet/hwmodel"
)

// count writes a number in groups of three digits.
func count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	if len(digits) <= 4 {
		return digits
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteRune('\u202f')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// real writes a number per inference, whole if it is.
func real(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
		return count(int64(x))
	}
	return fmt.Sprintf("%.6g", x)
}

// times writes a ratio.
func times(x float64) string {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return "–"
	case x >= 100:
		return "× " + count(int64(math.Round(x)))
	}
	return fmt.Sprintf("× %.3g", x)
}

// share writes a part of a whole.
func share(part, whole hwmodel.Energy) string {
	x := part.Float() / whole.Float()
	if math.IsNaN(x) {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*x)
}

// shorten cuts a text that has no room.
func shorten(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}
