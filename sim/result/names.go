package result

import (
	"fmt"
	"strings"

	"couplet/sim"
)

// recorderName is the name of a recorder for readers: its own, or one made of what it records.
func recorderName(r *sim.Recorder) string {
	if r.Name != "" {
		return r.Name
	}
	switch {
	case r.Of != nil:
		return r.Of.Name
	case r.What == "spikes":
		return viewName(r.From)
	}
	return viewName(r.From) + "." + r.What
}

// viewName names a view: the population, and the range if it is only a part.
func viewName(v sim.View) string {
	if v.Whole() {
		return v.Population.Name
	}
	return fmt.Sprintf("%s[%d:%d]", v.Population.Name, v.Lo, v.Hi)
}

// keys gives every name a key of its own that is safe as an array's name, a file's name and part of an
// address: letters of the Latin alphabet, digits, dot, hyphen and underscore. Equal keys are
// numbered in their order.
func keys(names []string) []string {
	list := make([]string, len(names))
	taken := make(map[string]bool)
	for i, name := range names {
		key := slug(name)
		for k := 2; taken[key]; k++ {
			key = fmt.Sprintf("%s-%d", slug(name), k)
		}
		taken[key] = true
		list[i] = key
	}
	return list
}

// maxKey bounds the length of a key: file systems do not take names of any length.
const maxKey = 80

// keyWords spells what names of projections and views are made of: "exc->inh", "exc[0:8].V_m".
var keyWords = strings.NewReplacer("->", "-to-", "[", "_", ":", "-", "]", "")

func slug(name string) string {
	key := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '_'
	}, keyWords.Replace(name))
	key = strings.Trim(key[:min(len(key), maxKey)], "._")
	if key == "" {
		return "unnamed"
	}
	return key
}

// spikeKeys, traceKeys and weightKeys are the keys of the recorders of a run.
func (r *Run) spikeKeys() []string {
	names := make([]string, len(r.Spikes))
	for i, s := range r.Spikes {
		names[i] = recorderName(s.Recorder)
	}
	return keys(names)
}

func (r *Run) traceKeys() []string {
	names := make([]string, len(r.Traces))
	for i, t := range r.Traces {
		names[i] = recorderName(t.Recorder)
	}
	return keys(names)
}

func (r *Run) weightKeys() []string {
	names := make([]string, len(r.Weights))
	for i, w := range r.Weights {
		names[i] = recorderName(w.Recorder)
	}
	return keys(names)
}
