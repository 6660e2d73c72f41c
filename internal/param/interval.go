package param

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Interval is a range of allowed values.
type Interval struct {
	Lo, Hi         float64
	OpenLo, OpenHi bool
}

// ParseInterval reads "(0,inf)" or "[0,1]"; an empty text is the whole line of numbers. The text
// is part of the program: an end that is not a number counts as infinite.
func ParseInterval(s string) Interval {
	v := Interval{Lo: math.Inf(-1), Hi: math.Inf(1)}
	if len(s) < 2 {
		return v
	}
	v.OpenLo, v.OpenHi = s[0] == '(', s[len(s)-1] == ')'
	lo, hi, _ := strings.Cut(s[1:len(s)-1], ",")
	if x, err := strconv.ParseFloat(strings.TrimSpace(lo), 64); err == nil {
		v.Lo = x
	}
	if x, err := strconv.ParseFloat(strings.TrimSpace(hi), 64); err == nil {
		v.Hi = x
	}
	return v
}

// Contains tells whether x is a number inside the interval.
func (v Interval) Contains(x float64) bool {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return false
	}
	if x < v.Lo || (v.OpenLo && x == v.Lo) {
		return false
	}
	return x < v.Hi || (!v.OpenHi && x == v.Hi)
}

// String says the interval in words that finish the sentence "must be …".
func (v Interval) String() string {
	noLo, noHi := math.IsInf(v.Lo, -1), math.IsInf(v.Hi, 1)
	switch {
	case noLo && noHi:
		return "a finite number"
	case noHi && v.OpenLo:
		return fmt.Sprintf("greater than %g", v.Lo)
	case noHi:
		return fmt.Sprintf("at least %g", v.Lo)
	case noLo && v.OpenHi:
		return fmt.Sprintf("less than %g", v.Hi)
	case noLo:
		return fmt.Sprintf("at most %g", v.Hi)
	}
	open, closing := "[", "]"
	if v.OpenLo {
		open = "("
	}
	if v.OpenHi {
		closing = ")"
	}
	return fmt.Sprintf("in %s%g, %g%s", open, v.Lo, v.Hi, closing)
}
