package runfile

import (
	"fmt"
	"strconv"
	"strings"

	"couplet/internal/dataset"
	"couplet/internal/yamltree"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/learning/train"
)

func formatUnsigned(x uint64) string { return strconv.FormatUint(x, 10) }

// optimiserKey is the key of the optimiser: a mapping from its name to its options.
var optimiserKey = key[train.Config]{
	name: "optimiser", need: true, doc: "a mapping from the name of the optimiser to its options",
	valid: "a mapping with one of " + strings.Join(optimiserNames(), ", ") + ", such as sgd: {lr: 0.1}",
	read: func(c *train.Config, at yamltree.Cursor) {
		if !at.Mapping("a mapping such as sgd: {lr: 0.1}") {
			return
		}
		at.OnlyKeys(optimiserNames()...)
		if !onlyOne(at, "optimiser", optimiserNames()) {
			return
		}
		for _, o := range optim.All() {
			if options, ok := at.Field(o.Name()); ok {
				c.Optimiser = readOptimiser(options, o)
			}
		}
	},
	write: func(c *train.Config, w *writer) {
		w.mapping(func() {
			w.key = c.Optimiser.Name()
			w.mapping(func() {
				for _, p := range optim.Options(c.Optimiser) {
					w.key = p.Name
					w.value(formatParam(p, c.Optimiser))
				}
			})
		})
	},
}

func optimiserNames() []string {
	var names []string
	for _, o := range optim.All() {
		names = append(names, o.Name())
	}
	return names
}

// readOptimiser reads the options of an optimiser.
func readOptimiser(c yamltree.Cursor, o optim.Config) optim.Config {
	options := optim.Options(o)
	var names []string
	for _, p := range options {
		names = append(names, p.Name)
	}
	if c.Kind() == yamltree.Null || !c.Mapping("options such as {lr: 0.1}") {
		return o
	}
	c.OnlyKeys(names...)
	for _, p := range options {
		if value, ok := c.Field(p.Name); ok {
			readParam(value, p, &o)
		}
	}
	return o
}

// schedule is the course of a learning rate as a file describes it.
type schedule struct {
	cosine, step, warm *span
	at                 []int
	floor, gamma, from float64
}

// span is a length in epochs or steps.
type span struct {
	n    int
	unit optim.Unit
}

// scheduleKeys are the keys of a schedule.
var scheduleKeys = table[schedule]{
	length("cosine", func(s *schedule) **span { return &s.cosine }, "let the learning rate fall along half a cosine over this length"),
	length("every", func(s *schedule) **span { return &s.step }, "multiply the learning rate by gamma after each such length"),
	numbers("at", func(s *schedule) *[]int { return &s.at }, "multiply the learning rate by gamma at each of these epochs"),
	number("gamma", "(0,1]", func(s *schedule) *float64 { return &s.gamma }, "factor of every and at; default 0.1"),
	number("floor", "[0,1]", func(s *schedule) *float64 { return &s.floor }, "part of the learning rate that is left at the end of cosine; default 0"),
	length("warm_up", func(s *schedule) **span { return &s.warm }, "let the learning rate rise evenly over this length at the beginning"),
	number("from", "[0,1]", func(s *schedule) *float64 { return &s.from }, "part of the learning rate that warm_up begins with; default 0"),
}

// scheduleKey is the key of the schedule.
var scheduleKey = key[train.Config]{
	name: "schedule", valid: "a mapping such as {cosine: 20 epochs}", doc: "course of the learning rate; default constant",
	read: func(c *train.Config, at yamltree.Cursor) {
		s := schedule{gamma: 0.1}
		scheduleKeys.read(&s, at)
		onlyOneCourse(at)
		c.Schedule = s.build()
	},
	write: func(c *train.Config, w *writer) {
		if c.Schedule != nil {
			w.mapping(func() { writeSchedule(c.Schedule, w) })
		}
	},
}

// onlyOneCourse reports a schedule with several courses.
func onlyOneCourse(c yamltree.Cursor) {
	n := 0
	for _, name := range []string{"cosine", "every", "at"} {
		if _, ok := c.Field(name); ok {
			n++
		}
	}
	if n > 1 {
		c.Errorf("%d courses; valid: at most one of cosine, every, at", n)
	}
}

// build makes the schedule.
func (s schedule) build() optim.Schedule {
	var course optim.Schedule = optim.Constant{}
	switch {
	case s.cosine != nil:
		course = optim.Cosine{Over: s.cosine.n, Unit: s.cosine.unit, Floor: s.floor}
	case s.step != nil:
		course = optim.StepDecay{Every: s.step.n, Unit: s.step.unit, Gamma: s.gamma}
	case s.at != nil:
		course = optim.MultiStep{At: s.at, Gamma: s.gamma}
	}
	if s.warm != nil {
		course = optim.WarmUp{Over: s.warm.n, Unit: s.warm.unit, From: s.from, Then: course}
	}
	return course
}

// writeSchedule writes a schedule back.
func writeSchedule(s optim.Schedule, w *writer) {
	put := func(key, value string) {
		w.key = key
		w.value(value)
	}
	switch s := s.(type) {
	case optim.Cosine:
		put("cosine", fmt.Sprintf("%d %s", s.Over, s.Unit))
		put("floor", formatNumber(s.Floor))
	case optim.StepDecay:
		put("every", fmt.Sprintf("%d %s", s.Every, s.Unit))
		put("gamma", formatNumber(s.Gamma))
	case optim.MultiStep:
		put("at", strings.ReplaceAll(fmt.Sprint(s.At), " ", ", "))
		put("gamma", formatNumber(s.Gamma))
	case optim.WarmUp:
		put("warm_up", fmt.Sprintf("%d %s", s.Over, s.Unit))
		put("from", formatNumber(s.From))
		if s.Then != nil {
			writeSchedule(s.Then, w)
		}
	}
}

// length is a key for a length such as 20 epochs.
func length(name string, at func(*schedule) **span, doc string) key[schedule] {
	const valid = "a length such as 20 epochs or 400 steps"
	return key[schedule]{
		name: name, valid: valid, doc: doc,
		read: func(s *schedule, c yamltree.Cursor) {
			digits, unit, _ := strings.Cut(c.Raw(), " ")
			n, err := yamltree.ParseInteger(digits)
			u := optim.Epochs
			switch strings.TrimSpace(unit) {
			case "epochs", "epoch":
			case "steps", "step":
				u = optim.Steps
			default:
				err = strconv.ErrSyntax
			}
			if err != nil || n < 1 || n > most {
				c.Errorf("%s is not a length; valid: %s", c.Describe(), valid)
				return
			}
			*at(s) = &span{int(n), u}
		},
	}
}

// augmentKey is the list of augmentations.
var augmentKey = key[train.Data]{
	name: "augment", valid: "a list of flip, {crop: pixels} and {cutout: pixels}",
	doc: "change training samples at random, in this order: flip mirrors, crop shifts by up to so many pixels, cutout blanks a square",
	read: func(d *train.Data, c yamltree.Cursor) {
		if !c.Sequence("a list such as [{crop: 4}, flip]") {
			return
		}
		for _, item := range c.Items() {
			if a := readAugmentation(item); a != nil {
				d.Augment = append(d.Augment, a)
			}
		}
	},
	write: func(d *train.Data, w *writer) {
		var list []string
		for _, a := range d.Augment {
			switch a := a.(type) {
			case dataset.HorizontalFlip:
				list = append(list, "flip")
			case dataset.RandomCrop:
				list = append(list, fmt.Sprintf("{crop: %d}", a.Padding))
			case dataset.Cutout:
				list = append(list, fmt.Sprintf("{cutout: %d}", a.Side))
			}
		}
		if len(list) > 0 {
			w.value("[" + strings.Join(list, ", ") + "]")
		}
	},
}

func readAugmentation(c yamltree.Cursor) dataset.Augmentation {
	if c.Kind() == yamltree.Scalar {
		if _, ok := c.Word("augmentation", "flip"); ok {
			return dataset.HorizontalFlip{}
		}
		return nil
	}
	if !c.Mapping("{crop: pixels} or {cutout: pixels}") {
		return nil
	}
	c.OnlyKeys("crop", "cutout")
	if !onlyOne(c, "augmentation", []string{"crop", "cutout"}) {
		return nil
	}
	if v, ok := c.Field("crop"); ok {
		if n, ok := v.Integer(1, 1<<16); ok {
			return dataset.RandomCrop{Padding: int(n)}
		}
		return nil
	}
	if v, ok := c.Field("cutout"); ok {
		if n, ok := v.Integer(1, 1<<16); ok {
			return dataset.Cutout{Side: int(n)}
		}
	}
	return nil
}

// stagesKey is the list of stages of a residual network.
var stagesKey = key[ottt.NFResNet]{
	name: "stages", valid: "a list of mappings {blocks: 2, channels: 64}", doc: "runs of residual blocks; every one but the first halves the image",
	read: func(n *ottt.NFResNet, c yamltree.Cursor) {
		if !c.Sequence("a list of mappings {blocks: 2, channels: 64}") {
			return
		}
		for _, item := range c.Items() {
			var s ottt.Stage
			stageKeys.read(&s, item)
			n.Stages = append(n.Stages, s)
		}
	},
	write: func(n *ottt.NFResNet, w *writer) {
		var list []string
		for _, s := range n.Stages {
			list = append(list, fmt.Sprintf("{blocks: %d, channels: %d}", s.Blocks, s.Channels))
		}
		w.value("[" + strings.Join(list, ", ") + "]")
	},
}
