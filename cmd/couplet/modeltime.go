package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"couplet/sim/stats"
)

// modelDuration reads a duration of the model in ms, such as "100 ms" or "1.5s"; on a step grid a number
// of steps, such as "20 steps".
func modelDuration(word string, steps bool) (float64, error) {
	text := strings.ReplaceAll(word, " ", "")
	if steps {
		digits, _ := strings.CutSuffix(strings.TrimSuffix(text, "s"), "step")
		n, err := strconv.ParseUint(digits, 10, 53)
		if err != nil || !strings.Contains(text, "step") {
			return 0, fmt.Errorf("%q: must be a number of steps, such as '20 steps'", word)
		}
		return float64(n), nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q: must be a duration, such as '100 ms'", word)
	}
	return float64(d) / float64(time.Millisecond), nil
}

// modelTime writes a time of the model.
func (j *job) modelTime(tick int64) string {
	switch ms := stats.Ms(tick, j.net.TickMs); {
	case j.net.Steps && tick == 1:
		return "1 step"
	case j.net.Steps:
		return fmt.Sprintf("%d steps", tick)
	case ms < 1000:
		return fmt.Sprintf("%.10g ms", ms)
	default:
		return fmt.Sprintf("%.10g s", ms/1000)
	}
}
