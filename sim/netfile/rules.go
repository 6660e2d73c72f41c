package netfile

import (
	"fmt"
	"slices"

	"couplet/internal/yamltree"
	"couplet/sim"
	"couplet/synapse"
)

// ruleDraft is what an entry of projections says about its rule. The rule itself is made for each
// pair of source and target, as stencils take over their shapes.
type ruleDraft struct {
	self             *yamltree.Cursor // where self connections are excluded
	noMultiple       bool
	k, n             int // partners of a neuron; synapses of the projection
	p                float64
	sources, targets []uint32
	channels         int
	kernel, stride   []int // one number stands for all axes
	padding, rest    []int
	shape            synapse.Shape // nil: that of the source population
	failed           bool
}

const (
	maxSynapses = 1<<62 - 1
	maxExtent   = 1 << 24
)

// Fields that several rules have.
var (
	selfField = field[*ruleDraft]{"self", switchForm,
		"whether a neuron may connect to itself; default true",
		optional, (*ruleDraft).readSelf}
	multipleField = field[*ruleDraft]{"multiple", switchForm,
		"whether two neurons may have several synapses; default true",
		optional, func(d *ruleDraft, c yamltree.Cursor) { d.noMultiple = !d.on(c) }}
	kernelField = field[*ruleDraft]{"kernel", perAxisForm,
		"extents of the kernel",
		required, func(d *ruleDraft, c yamltree.Cursor) { d.kernel = d.axes(c, 1) }}
	strideField = field[*ruleDraft]{"stride", perAxisForm,
		"steps of the kernel; default 1",
		optional, func(d *ruleDraft, c yamltree.Cursor) { d.stride = d.axes(c, 1) }}
	poolStride = field[*ruleDraft]{"stride", perAxisForm,
		"steps of the window; default: its extents",
		optional, strideField.read}
	paddingField = field[*ruleDraft]{"padding", perAxisForm,
		"silent border round the sources; default 0",
		optional, func(d *ruleDraft, c yamltree.Cursor) { d.padding = d.axes(c, 0) }}
	channelsField = field[*ruleDraft]{"channels", countForm(1, maxSize),
		"channels of the target; default: those of its shape",
		optional, func(d *ruleDraft, c yamltree.Cursor) { d.channels = d.count(c, 1, maxSize) }}
	inShapeField = field[*ruleDraft]{"input_shape", shapeForm,
		"channels and extents of the source; default: the shape of its population, and the target must then have the shape that results",
		optional, (*ruleDraft).readShape}
)

// ruleVariants are the rules with their parameters.
var ruleVariants = []variant[*ruleDraft]{
	{"all_to_all", "every source to every target", table[*ruleDraft]{selfField}},
	{"one_to_one", "source i to target i", nil},
	{"fixed_indegree", "every target from indegree random sources", table[*ruleDraft]{
		{"indegree", countForm(0, maxSize),
			"synapses of each target",
			required, func(d *ruleDraft, c yamltree.Cursor) { d.k = d.count(c, 0, maxSize) }},
		multipleField, selfField}},
	{"fixed_outdegree", "every source to outdegree random targets", table[*ruleDraft]{
		{"outdegree", countForm(0, maxSize),
			"synapses of each source",
			required, func(d *ruleDraft, c yamltree.Cursor) { d.k = d.count(c, 0, maxSize) }},
		multipleField, selfField}},
	{"pairwise_bernoulli", "every source to every target with probability p", table[*ruleDraft]{
		{"p", form{"a number from 0 to 1", schema{"type": "number", "minimum": 0, "maximum": 1}},
			"probability of each synapse",
			required, (*ruleDraft).readProbability},
		selfField}},
	{"fixed_total_number", "n synapses between random pairs", table[*ruleDraft]{
		{"n", countForm(0, maxSynapses),
			"synapses of the projection",
			required, func(d *ruleDraft, c yamltree.Cursor) { d.n = d.count(c, 0, maxSynapses) }},
		selfField}},
	{"explicit", "a list of synapses", table[*ruleDraft]{
		{"sources", neuronIndices,
			"source of every synapse",
			optional, func(d *ruleDraft, c yamltree.Cursor) { d.sources = d.indices(c) }},
		{"targets", neuronIndices,
			"target of every synapse",
			optional, func(d *ruleDraft, c yamltree.Cursor) { d.targets = d.indices(c) }},
		{"pairs", neuronIndexPairs,
			"source and target of every synapse, instead of sources and targets",
			optional, (*ruleDraft).readPairs}}},
	{"conv", "convolution in one to three dimensions; weights are one number or an array [channels][input channels][kernel…]", table[*ruleDraft]{
		channelsField, kernelField, strideField, paddingField, inShapeField}},
	{"transposed_conv", "transposed convolution; weights are one number or an array [input channels][channels][kernel…]", table[*ruleDraft]{
		channelsField, kernelField, strideField, paddingField,
		{"output_padding", perAxisForm,
			"enlargement of the target at the end of each axis, below the stride; default 0",
			optional, func(d *ruleDraft, c yamltree.Cursor) { d.rest = d.axes(c, 0) }},
		inShapeField}},
	{"avg_pool", "mean over a window, channel by channel", table[*ruleDraft]{kernelField, poolStride, paddingField, inShapeField}},
	{"sum_pool", "sum over a window, channel by channel", table[*ruleDraft]{kernelField, poolStride, paddingField, inShapeField}},
}

func (d *ruleDraft) readSelf(c yamltree.Cursor) {
	if !d.on(c) {
		d.self = &c
	}
}

func (d *ruleDraft) on(c yamltree.Cursor) bool {
	on, ok := c.Bool()
	d.failed = d.failed || !ok
	return on
}

func (d *ruleDraft) count(c yamltree.Cursor, lo, hi int64) int {
	n, ok := c.Integer(lo, hi)
	d.failed = d.failed || !ok
	return int(n)
}

func (d *ruleDraft) readProbability(c yamltree.Cursor) {
	p, ok := number.read(c)
	if ok && !(p >= 0 && p <= 1) {
		c.Errorf("%s is out of range; valid: a number from 0 to 1", c.Raw())
	}
	d.p = p
}

// axes reads one number for all spatial axes, or one for each.
func (d *ruleDraft) axes(c yamltree.Cursor, least int64) []int {
	if c.Kind() != yamltree.Sequence {
		return []int{d.count(c, least, maxExtent)}
	}
	list, ok := readIntegers(c, least, maxExtent)
	if ok && len(list) == 0 {
		c.Errorf("the list is empty; valid: %s", perAxisForm.valid)
		ok = false
	}
	d.failed = d.failed || !ok
	return list
}

func (d *ruleDraft) readShape(c yamltree.Cursor) {
	shape, ok := readIntegers(c, 1, maxSize)
	d.shape, d.failed = shape, d.failed || !ok
}

func (d *ruleDraft) indices(c yamltree.Cursor) []uint32 {
	list, ok := readIntegers(c, 0, maxSize)
	d.failed = d.failed || !ok
	indices := make([]uint32, len(list))
	for i, x := range list {
		indices[i] = uint32(x)
	}
	return indices
}

func (d *ruleDraft) readPairs(c yamltree.Cursor) {
	if !c.Sequence("a list of pairs, such as [[0, 1], [0, 2]]") {
		d.failed = true
		return
	}
	if d.sources != nil || d.targets != nil {
		c.KeyErrorf("pairs cannot stand beside sources and targets; valid: one or the other")
	}
	d.sources, d.targets = make([]uint32, 0, c.Len()), make([]uint32, 0, c.Len())
	for _, item := range c.Items() {
		pair := d.indices(item)
		if len(pair) != 2 {
			if item.Kind() == yamltree.Sequence {
				item.Errorf("the list has length %d; valid: a pair [source, target]", len(pair))
			}
			d.failed = true
			continue
		}
		d.sources, d.targets = append(d.sources, pair[0]), append(d.targets, pair[1])
	}
}

// noSelf tells whether the rule between two views has to leave out self connections: if there could be
// any, and the file excludes them. Rules number the neurons of both views from 0, so that they know a
// neuron as itself only if the views are the same.
func (d *ruleDraft) noSelf(from, to sim.View) (noSelf, ok bool) {
	apart := from.Population != to.Population || from.Hi <= to.Lo || to.Hi <= from.Lo
	if d.self == nil || apart {
		return false, true
	}
	if from != to {
		d.self.Errorf("self connections between %s and %s cannot be excluded; valid: one range, or ranges that do not overlap", viewLabel(from), viewLabel(to))
	}
	return true, from == to
}

// rule makes the rule of a name for a pair of source and target. What is wrong with the pair is
// reported at the entry c.
func (d *ruleDraft) rule(c yamltree.Cursor, name string, from, to sim.View) (synapse.Rule, bool) {
	noSelf, ok := d.noSelf(from, to)
	if !ok {
		return nil, false
	}
	switch name {
	case "all_to_all":
		return synapse.AllToAll{NoSelf: noSelf}, true
	case "one_to_one":
		return synapse.OneToOne{}, true
	case "fixed_indegree":
		return synapse.InDegree{K: d.k, NoMultiple: d.noMultiple, NoSelf: noSelf}, true
	case "fixed_outdegree":
		return synapse.OutDegree{K: d.k, NoMultiple: d.noMultiple, NoSelf: noSelf}, true
	case "pairwise_bernoulli":
		return synapse.Bernoulli{P: d.p, NoSelf: noSelf}, true
	case "fixed_total_number":
		return synapse.TotalNumber{N: d.n, NoSelf: noSelf}, true
	case "explicit":
		return d.explicit(c)
	}
	return d.stencil(c, name, from, to)
}

func (d *ruleDraft) explicit(c yamltree.Cursor) (synapse.Rule, bool) {
	switch {
	case d.sources == nil && d.targets == nil:
		c.Missing("pairs", neuronIndexPairs.valid+"; or sources and targets")
		return nil, false
	case d.sources == nil:
		c.Missing("sources", neuronIndices.valid)
		return nil, false
	case d.targets == nil:
		c.Missing("targets", neuronIndices.valid)
		return nil, false
	}
	return synapse.Explicit{Source: d.sources, Target: d.targets}, true
}

// stencil makes a convolution or a pooling.
func (d *ruleDraft) stencil(c yamltree.Cursor, name string, from, to sim.View) (synapse.Rule, bool) {
	in := d.shape
	if in == nil {
		if len(from.Population.Shape) == 0 || !from.Whole() {
			place, _ := c.Field("from")
			place.Errorf("%q has no shape, which %s needs; valid: a whole population with a shape, or input_shape", viewLabel(from), name)
			return nil, false
		}
		in = slices.Clone(from.Population.Shape)
	}
	kernel, stride := d.perAxis(d.kernel, in), d.perAxis(d.stride, in)
	padding, rest := d.perAxis(d.padding, in), d.perAxis(d.rest, in)
	var s synapse.Stencil
	switch name {
	case "avg_pool":
		s = synapse.AvgPool{In: in, Kernel: kernel, Stride: stride, Padding: padding}
	case "sum_pool":
		s = synapse.SumPool{In: in, Kernel: kernel, Stride: stride, Padding: padding}
	case "conv":
		s = synapse.Conv{In: in, OutChannels: d.outChannels(to), Kernel: kernel, Stride: stride, Padding: padding}
	case "transposed_conv":
		s = synapse.TransposedConv{In: in, OutChannels: d.outChannels(to), Kernel: kernel, Stride: stride, Padding: padding, OutputPadding: rest}
	}
	return s, d.fits(c, s, to)
}

// perAxis spreads one number over the spatial axes of a shape; nil stays nil.
func (d *ruleDraft) perAxis(list []int, in synapse.Shape) []int {
	if len(list) != 1 || len(in) < 2 {
		return list
	}
	return slices.Repeat(list, len(in)-1)
}

// outChannels is the number of channels of the target: 0 if nothing tells it.
func (d *ruleDraft) outChannels(to sim.View) int {
	if d.channels == 0 && len(to.Population.Shape) > 0 && to.Whole() {
		return to.Population.Shape[0]
	}
	return d.channels
}

// fits reports a stencil without channels, and a target of another shape than the stencil's. Where the
// file gives the shape of the source by hand, only the number of targets must fit.
func (d *ruleDraft) fits(c yamltree.Cursor, s synapse.Stencil, to sim.View) bool {
	place, _ := c.Field("to")
	if d.needsChannels(s) && d.outChannels(to) == 0 {
		c.Missing("channels", "the number of channels of the target; or a target population with a shape")
		return false
	}
	out, shape := s.OutShape(), to.Population.Shape
	if d.shape != nil || len(out) == 0 || slices.Min(out) < 1 || len(shape) == 0 || !to.Whole() || slices.Equal(out, shape) {
		return true // what is wrong with the stencil itself is found by Validate
	}
	place.Errorf("%q has the shape %s, but %s gives %s; valid: %s", viewLabel(to), shapeText(shape), s.Name(), shapeText(out), shapeText(out))
	return false
}

func (d *ruleDraft) needsChannels(s synapse.Stencil) bool {
	switch s.(type) {
	case synapse.Conv, synapse.TransposedConv:
		return true
	}
	return false
}

// valueExtents are the extents of the array of weights or delays that a rule can take as a list,
// nil if it takes none because its synapses have no fixed order.
func valueExtents(rule synapse.Rule, from, to sim.View) []int {
	switch r := rule.(type) {
	case synapse.AllToAll:
		return []int{to.Len(), from.Len()}
	case synapse.OneToOne:
		return []int{to.Len()}
	case synapse.Explicit:
		return []int{len(r.Target)}
	case synapse.Conv:
		return append([]int{r.OutChannels, r.In[0]}, r.Kernel...)
	case synapse.TransposedConv:
		return append([]int{r.In[0], r.OutChannels}, r.Kernel...)
	case synapse.AvgPool, synapse.SumPool:
		return []int{1}
	}
	return nil
}

// fitsRule reports a list that does not fit a rule.
func fitsRule(rule synapse.Rule, dims []int) lengthCheck {
	return func(c yamltree.Cursor, what string, length int) bool {
		switch {
		case dims == nil:
			c.Errorf("the synapses of %s have no fixed order, so %s cannot name them; valid: a quantity or a distribution", rule.Name(), what)
			return false
		case length != product(dims):
			c.Errorf("%s has length %d; valid: length %d, one value for each entry of the array %s", what, length, product(dims), extentsText(dims))
			return false
		}
		return true
	}
}

func extentsText(dims []int) string {
	text := ""
	for _, d := range dims {
		text += fmt.Sprintf("[%d]", d)
	}
	return text
}
