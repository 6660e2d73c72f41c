package result

import (
	"fmt"
	"strings"

	"couplet/sim"
)

// group is a number of spike recorders that share one picture. Their colours follow their place in it.
type group struct {
	*Run
	first  int // index of the first one among the run's recorders
	spikes []*sim.SpikeTrain
}

// file names a picture of the group, numbered if the run has several groups.
func (g group) file(kind string) string {
	if len(g.Run.Spikes) <= maxPanels {
		return kind
	}
	return fmt.Sprintf("%s-%d", kind, g.first/maxPanels+1)
}

// title completes the title of a picture, numbered if the run has several groups.
func (g group) title(what string) string {
	if len(g.Run.Spikes) <= maxPanels {
		return what
	}
	return fmt.Sprintf("%s (%d of %d)", what, g.first/maxPanels+1, (len(g.Run.Spikes)+maxPanels-1)/maxPanels)
}

// list names the recorders: "exc and inh", "exc, inh and input".
func (g group) list() string {
	names := make([]string, len(g.spikes))
	for i, s := range g.spikes {
		names[i] = recorderName(s.Recorder)
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// duration writes a time with its unit.
func (r *Run) duration(x float64) string {
	unit := r.Outline.timeUnit()
	if r.Outline.Steps && x == 1 {
		unit = "step"
	}
	return realText(x) + " " + unit
}

// timeAxis is a time axis over the run: its label, and the length of a tick in its unit.
func (r *Run) timeAxis() (label string, perTick float64) {
	switch {
	case r.Outline.Steps:
		return "Time (steps)", 1
	case r.modelMs() >= 10_000:
		return "Time (s)", r.Outline.TickMs / 1000
	}
	return "Time (ms)", r.Outline.TickMs
}
