package golden

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// whole is a whole number, in JSON written as 15, 15.0 or 1.5e1: programs that write all numbers
// as floats are common.
type whole int64

func (w *whole) UnmarshalJSON(b []byte) error {
	if n, err := strconv.ParseInt(string(b), 10, 64); err == nil {
		*w = whole(n)
		return nil
	}
	x, err := strconv.ParseFloat(string(b), 64)
	if err != nil || x != math.Trunc(x) || math.Abs(x) > 1<<53 {
		return fmt.Errorf("%.40s must be a whole number", b)
	}
	*w = whole(x)
	return nil
}

// seed is an unsigned number of 64 bits.
type seed uint64

func (s *seed) UnmarshalJSON(b []byte) error {
	if n, err := strconv.ParseUint(string(b), 10, 64); err == nil {
		*s = seed(n)
		return nil
	}
	var w whole
	if err := w.UnmarshalJSON(b); err != nil || w < 0 {
		return fmt.Errorf("seed %.40s must be a whole number of at least 0", b)
	}
	*s = seed(w)
	return nil
}

// tuple decodes a JSON list of exactly the given parts.
func tuple(b []byte, parts ...any) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	if len(raw) != len(parts) {
		return fmt.Errorf("list of %d values where %d are due", len(raw), len(parts))
	}
	for i, r := range raw {
		if err := json.Unmarshal(r, parts[i]); err != nil {
			return fmt.Errorf("value %d: %w", i, err)
		}
	}
	return nil
}

// inTicks converts a duration in ms to a whole number of ticks.
func inTicks(ms, tickMs float64) int64 { return int64(math.Round(ms / tickMs)) }
