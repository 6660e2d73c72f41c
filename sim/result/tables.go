package result

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"couplet/sim"
	"couplet/sim/stats"
)

// timeColumn is the head of the first column of the tables.
func (r *Run) timeColumn() string {
	if r.Outline.Steps {
		return "step"
	}
	return "time_ms"
}

// writeSpikeTable writes all spikes in order of (tick, recorder, neuron), one a line. A spike that two
// recorders saw stands twice.
func (r *Run) writeSpikeTable(w io.Writer) error {
	b := bufio.NewWriter(w)
	signed := false
	quoted := make([]string, len(r.Spikes))
	for i, s := range r.Spikes {
		signed = signed || s.Signs != nil
		quoted[i] = quote(s.Recorder.From.Population.Name)
	}
	b.WriteString(r.timeColumn() + ",population,neuron")
	if signed {
		b.WriteString(",sign")
	}
	b.WriteByte('\n')
	var line []byte
	r.mergeSpikes(func(recorder, i int) {
		s := r.Spikes[recorder]
		line = r.appendSpikeTime(line[:0], s, i)
		line = append(append(append(line, ','), quoted[recorder]...), ',')
		line = strconv.AppendUint(line, uint64(s.Neurons[i]), 10)
		if signed {
			line = strconv.AppendInt(append(line, ','), int64(signOf(s, i)), 10)
		}
		b.Write(append(line, '\n'))
	})
	return b.Flush() // the first error of the writer
}

// mergeSpikes visits the spikes of all recorders in order of (tick, recorder).
func (r *Run) mergeSpikes(visit func(recorder, spike int)) {
	next := make([]int, len(r.Spikes))
	for {
		first := -1
		for i, s := range r.Spikes {
			if next[i] < s.Len() && (first < 0 || s.Ticks[next[i]] < r.Spikes[first].Ticks[next[first]]) {
				first = i
			}
		}
		if first < 0 {
			return
		}
		visit(first, next[first])
		next[first]++
	}
}

// appendSpikeTime appends the time of a spike: the step, or ms with as many digits as it needs.
func (r *Run) appendSpikeTime(line []byte, s *sim.SpikeTrain, i int) []byte {
	if r.Outline.Steps {
		return strconv.AppendInt(line, s.Ticks[i], 10)
	}
	return strconv.AppendFloat(line, r.spikeMs(s, i), 'f', -1, 64)
}

// spikeMs is the time of spike i in ms.
func (r *Run) spikeMs(s *sim.SpikeTrain, i int) float64 {
	return stats.Recording{Spikes: s, TickMs: r.Outline.TickMs}.TimeMs(i)
}

// signOf is the sign of spike i.
func signOf(s *sim.SpikeTrain, i int) int8 {
	if s.Signs == nil {
		return 1
	}
	return s.Signs[i]
}

// writeTraceTable writes all samples, recorder after recorder, one value a line.
func (r *Run) writeTraceTable(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString(r.timeColumn() + ",population,variable,neuron,value\n")
	var line []byte
	for _, t := range r.Traces {
		middle := "," + quote(t.Recorder.From.Population.Name) + "," + quote(t.Recorder.What) + ","
		for k, tick := range t.Ticks {
			var time []byte
			if r.Outline.Steps {
				time = strconv.AppendInt(nil, tick, 10)
			} else {
				time = strconv.AppendFloat(nil, r.ms(tick), 'f', -1, 64)
			}
			for j, value := range t.Row(k) {
				line = append(append(line[:0], time...), middle...)
				line = strconv.AppendInt(line, int64(t.Recorder.From.Lo+j), 10)
				line = strconv.AppendFloat(append(line, ','), value, 'g', -1, 64)
				b.Write(append(line, '\n'))
			}
		}
	}
	return b.Flush()
}

// quote writes a text as a field of a comma-separated table (RFC 4180).
func quote(field string) string {
	if !strings.ContainsAny(field, ",\"\r\n") {
		return field
	}
	return `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
}
