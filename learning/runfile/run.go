package runfile

import (
	"couplet/internal/dataset"
	"couplet/internal/yamltree"
	"couplet/learning/loss"
	"couplet/learning/nio"
	"couplet/learning/ottt"
	"couplet/learning/spide"
	"couplet/learning/train"
)

// runKeys are the keys of a run file.
var runKeys = table[train.Config]{
	required(text("train", "a name", func(c *train.Config) *string { return &c.Name }, "name of the run")),
	{
		name: "seed", valid: "a whole number of up to 64 bits", doc: "seed of all random numbers; default 1",
		read: func(c *train.Config, at yamltree.Cursor) {
			if x, ok := at.Unsigned(); ok {
				c.Seed = x
			}
		},
		write: func(c *train.Config, w *writer) { w.value(formatUnsigned(c.Seed)) },
	},
	required(part("data", dataKeys, func(c *train.Config) *train.Data { return &c.Data }, "what is learned from")),
	required(alternatives("network", "network", networkKeys, func(c *train.Config) *train.Network { return &c.Network }, "the network")),
	required(alternatives("rule", "rule", ruleKeys, func(c *train.Config) *train.Rule { return &c.Rule }, "the learning rule")),
	initialKey,
	optimiserKey,
	scheduleKey,
	number("clip_norm", "[0,inf)", func(c *train.Config) *float64 { return &c.ClipNorm }, "largest norm of all gradients together; default 0, no limit"),
	whole("batch", 1, most, func(c *train.Config) *int { return &c.Batch }, "samples of a mini-batch; default 128"),
	required(whole("epochs", 1, most, func(c *train.Config) *int { return &c.Epochs }, "passes over the training samples")),
	whole("parts", 1, 1024, func(c *train.Config) *int { return &c.Parts }, "parts of a mini-batch that are worked on side by side; default 2. Decides about last bits, which the number of workers does not"),
	word("engine", "engine", func(c *train.Config) *train.Engine { return &c.Engine }, "executor of many samples at once, or the event engine; default batch", train.Batch, train.Event),
	toggle("count_events", func(c *train.Config) *bool { return &c.CountEvents }, "count synaptic events, beside spikes; default true. In batches of convolutions it takes up to a third of the time"),
	word("precision", "precision", func(c *train.Config) *train.Precision { return &c.Precision }, "number format of the batched executor; default float32", train.Float32, train.Float64),
}

// dataKeys are the keys of data.
var dataKeys = table[train.Data]{
	required(setKey),
	text("path", "a folder or file", func(d *train.Data) *string { return &d.Path }, "where the data are; without it mnist is fetched, fashion-mnist is the installed Debian package and yinyang is generated"),
	whole("first", 1, most, func(d *train.Data) *int { return &d.First }, "learn from the first so many training samples only"),
	share("validation", func(d *train.Data) *train.Share { return &d.Validation }, "part of the training samples that is kept for validation, drawn by the seed: a number, or a fraction below 1"),
	share("test", func(d *train.Data) *train.Share { return &d.Test }, "part that is kept for testing, drawn by the seed, for sets without a test part and for a single folder or zip file of nmnist"),
	whole("samples", 1, most, func(d *train.Data) *int { return &d.Samples }, "samples of each part of a generated set"),
	whole("frames", 1, 1<<16, func(d *train.Data) *int { return &d.Framing.Frames }, "frames that a recording of events is cut into, one for each tick"),
	{
		name: "frame_us", valid: "a whole number of microseconds", doc: "width of a frame; without it every frame has the same number of events",
		read: func(d *train.Data, c yamltree.Cursor) {
			if x, ok := c.Integer(1, most); ok {
				d.Framing.TickUs = x
			}
		},
		write: func(d *train.Data, w *writer) {
			if x := d.Framing.TickUs; x != 0 {
				w.value(formatUnsigned(uint64(x)))
			}
		},
	},
	word("normalise", "normalisation", func(d *train.Data) *train.Normalisation { return &d.Normalise },
		"shift and scale values: by the constants usual for the set, as measured on the training samples, or not; default none",
		train.Usual, train.Measured, train.NoNormalisation),
	augmentKey,
}

var setKey = word("set", "data set", func(d *train.Data) *string { return &d.Set }, "data set", dataset.Names()...)

// share is a key for a number of samples or a fraction.
func share(name string, at func(*train.Data) *train.Share, doc string) key[train.Data] {
	k := number(name, "[0,inf)", func(d *train.Data) *float64 { return (*float64)(at(d)) }, doc)
	plain := k.write
	k.write = func(d *train.Data, w *writer) {
		if *at(d) != 0 {
			plain(d, w)
		}
	}
	return k
}

// networkKeys are the kinds of networks.
var networkKeys = table[train.Network]{
	choice("fc", fcKeys, func() ottt.FC { return ottt.NewFC() }, func(n *train.Network) **ottt.FC { return &n.FC }, "fully connected populations, for rules ottt and bptt"),
	choice("vgg", vggKeys, func() ottt.VGG { return ottt.NewVGG(nil, "", 0) }, func(n *train.Network) **ottt.VGG { return &n.VGG }, "convolutions and a classifier, for rules ottt and bptt"),
	choice("nfresnet", resKeys, func() ottt.NFResNet { return ottt.NewNFResNet(nil, ottt.Stem{}, nil, 0) },
		func(n *train.Network) **ottt.NFResNet { return &n.NFResNet }, "a residual network without normalisation layers, for rules ottt and bptt"),
	choice("ring", ringKeys, func() spide.Network { return spide.Network{} }, func(n *train.Network) **spide.Network { return &n.Ring }, "layers in a ring, for rule spide"),
}

var fcKeys = append(table[ottt.FC]{
	required(numbers("hidden", func(f *ottt.FC) *[]int { return &f.Sizes }, "neurons of each hidden population")),
	toggle("bias", func(f *ottt.FC) *bool { return &f.Bias }, "give neurons a bias; default true"),
	toggle("trace_input", func(f *ottt.FC) *bool { return &f.TraceInput }, "take the gradient of the first layer with the trace of the input; default false"),
	toggle("trace_readout", func(f *ottt.FC) *bool { return &f.TraceReadout }, "take the gradient of the readout with the trace of its spikes; default true"),
	number("dropout", "[0,1)", func(f *ottt.FC) *float64 { return &f.Dropout }, "probability with which a neuron is silenced for a training sample; default 0"),
}, tagged(ottt.Neuron{}, func(f *ottt.FC) *ottt.Neuron { return &f.Neuron })...)

var vggKeys = append(table[ottt.VGG]{
	required(text("plan", "layers such as 16C3-AP2-32C3-AP2", func(v *ottt.VGG) *string { return &v.Plan },
		"layers up to the classifier: 64C3 (convolution), 64C7S2 (with a stride), 512 (dense), AP2 (average pooling), GAP (average over the image)")),
	toggle("standardised", func(v *ottt.VGG) *bool { return &v.Standardised }, "standardise the weights of all layers but the classifier; default true"),
	number("scale", "(0,inf)", func(v *ottt.VGG) *float64 { return &v.Scale }, "factor of all spikes; default 2.74, which goes with standardised weights"),
	toggle("feedback", func(v *ottt.VGG) *bool { return &v.Feedback }, "lead the last feature map back to the first population; default false"),
	toggle("trace_input", func(v *ottt.VGG) *bool { return &v.TraceInput }, "as in fc; default false"),
	toggle("trace_readout", func(v *ottt.VGG) *bool { return &v.TraceReadout }, "as in fc; default true"),
	number("dropout", "[0,1)", func(v *ottt.VGG) *float64 { return &v.Dropout }, "as in fc; default 0"),
}, tagged(ottt.Neuron{}, func(v *ottt.VGG) *ottt.Neuron { return &v.Neuron })...)

var resKeys = append(table[ottt.NFResNet]{
	required(part("stem", stemKeys, func(n *ottt.NFResNet) *ottt.Stem { return &n.Stem }, "first convolution")),
	required(stagesKey),
	number("res_alpha", "(0,inf)", func(n *ottt.NFResNet) *float64 { return &n.Alpha }, "weight of a branch; default 0.2"),
	number("scale", "(0,inf)", func(n *ottt.NFResNet) *float64 { return &n.Scale }, "factor of all spikes; default 2.74"),
	number("dropout", "[0,1)", func(n *ottt.NFResNet) *float64 { return &n.Dropout }, "as in fc; default 0"),
}, tagged(ottt.Neuron{}, func(n *ottt.NFResNet) *ottt.Neuron { return &n.Neuron })...)

var stemKeys = table[ottt.Stem]{
	required(whole("channels", 1, most, func(s *ottt.Stem) *int { return &s.Channels }, "channels")),
	required(whole("kernel", 1, 1024, func(s *ottt.Stem) *int { return &s.Kernel }, "extent of the kernel")),
	required(whole("stride", 1, 1024, func(s *ottt.Stem) *int { return &s.Stride }, "stride")),
	toggle("pool", func(s *ottt.Stem) *bool { return &s.Pool }, "append a 3×3 average pooling of stride 2; default false"),
}

var stageKeys = table[ottt.Stage]{
	required(whole("blocks", 1, 1024, func(s *ottt.Stage) *int { return &s.Blocks }, "residual blocks")),
	required(whole("channels", 1, most, func(s *ottt.Stage) *int { return &s.Channels }, "channels")),
}

var ringKeys = table[spide.Network]{
	required(text("plan", "layers such as 64C5S2-64C5S2-64C5", func(n *spide.Network) *string { return &n.Plan },
		"layers: 64C5 (convolution), 64C5S2 (with a stride), 64C5V (without padding), 400 (dense), AP2 (average pooling, with neurons)")),
	text("feedback", "dense, or a transposed convolution such as 64C3U", func(n *spide.Network) *string { return &n.Feedback },
		"from the last layer to the first: dense, or 64C3U, a transposed convolution that doubles the size; default none"),
	number("dropout", "[0,1)", func(n *spide.Network) *float64 { return &n.Dropout }, "probability with which an output of a synapse block is silenced for a training sample; default 0"),
	toggle("unit_rows", func(n *spide.Network) *bool { return &n.Rows }, "begin with filters of length 1; default false: normal weights of variance 2/fan-in"),
}

// ruleKeys are the learning rules.
var ruleKeys = table[train.Rule]{
	choice("ottt", otttKeys, func() train.OTTT { return train.OTTT{} }, func(r *train.Rule) **train.OTTT { return &r.OTTT }, "online training through time"),
	choice("spide", spideKeys, func() train.SPIDE { return train.SPIDE{Config: spide.NewConfig()} }, func(r *train.Rule) **train.SPIDE { return &r.SPIDE }, "spike-based implicit differentiation"),
	choice("bptt", bpttKeys, func() train.BPTT { return train.BPTT{} }, func(r *train.Rule) **train.BPTT { return &r.BPTT }, "back-propagation through time, the baseline"),
}

var otttKeys = append(table[train.OTTT]{
	{
		name: "mode", valid: "accumulate, online", doc: "accumulate: one optimiser step for a mini-batch (OTTT_A); online: one for each tick (OTTT_O); default accumulate",
		read: func(r *train.OTTT, c yamltree.Cursor) {
			if v, ok := c.Word("mode", "accumulate", "online"); ok && v == "online" {
				r.Mode = ottt.Online
			}
		},
		write: func(r *train.OTTT, w *writer) {
			if r.Mode == ottt.Online {
				w.value("online")
			} else {
				w.value("accumulate")
			}
		},
	},
}, lossKeys(func(r *train.OTTT) *loss.Instantaneous { return &r.Loss })...)

var bpttKeys = lossKeys(func(r *train.BPTT) *loss.Instantaneous { return &r.Loss })

// lossKeys are the keys of the loss of a tick.
func lossKeys[T any](at func(*T) *loss.Instantaneous) table[T] {
	return table[T]{
		required(whole("ticks", 1, 1<<20, func(t *T) *int { return &at(t).Ticks }, "ticks for which a sample is shown")),
		number("mse", "[0,1]", func(t *T) *float64 { return &at(t).MSE }, "share of the squared error in the loss, beside the cross entropy; default 0"),
	}
}

var spideKeys = append(table[train.SPIDE]{
	whole("t_forward", 1, 1<<20, func(s *train.SPIDE) *int { return &s.ForwardTicks }, "ticks of the forward stage; default 30"),
	whole("t_backward", 1, 1<<20, func(s *train.SPIDE) *int { return &s.BackwardTicks }, "ticks of the backward stage; default 100"),
	whole("norm_vectors", 0, 1<<20, func(s *train.SPIDE) *int { return &s.NormVectors }, "random vectors that estimate the norm of the feedback weights; default 0, the exact norm"),
	toggle("exact", func(s *train.SPIDE) *bool { return &s.Exact }, "put the exact gradient in the place of the backward stage: the twin that SPIDE is measured against; default false"),
}, tagged(spide.Config{}, func(s *train.SPIDE) *spide.Config { return &s.Config })...)

// initialKey is the key of what is done to initial weights.
var initialKey = key[train.Config]{
	name: "initial", valid: "a mapping nio: {…}", doc: "refine the initial weights, one factor for each parameter, so that the gradients of different samples agree (NIO)",
	read: func(c *train.Config, at yamltree.Cursor) {
		if !at.Mapping("a mapping nio: {…}") {
			return
		}
		at.OnlyKeys("nio")
		if v, ok := at.Field("nio"); ok {
			i := train.NewInitial()
			nioKeys.read(&i, v)
			c.Initial = &i
		} else {
			at.Missing("nio", "a mapping, which may be empty: {}")
		}
	},
	write: func(c *train.Config, w *writer) {
		if c.Initial != nil {
			w.mapping(func() {
				w.key = "nio"
				w.mapping(func() { nioKeys.write(c.Initial, w) })
			})
		}
	},
}

// nioKeys are the options of NIO.
var nioKeys = table[train.Initial]{
	word("objective", "objective", func(i *train.Initial) *nio.Objective { return &i.Objective }, "what is made small: gc (minus the mean cosine) and forms with norms and variances; default gc_gn_sqrt", nio.Objectives()...),
	whole("iterations", 1, most, func(i *train.Initial) *int { return &i.Iterations }, "steps of the factors; default 100"),
	whole("batch", 2, most, func(i *train.Initial) *int { return &i.Batch }, "samples of an iteration; default 64"),
	whole("parts", 0, most, func(i *train.Initial) *int { return &i.Parts }, "overlapping parts of a batch whose gradients are compared; 0 compares single samples; default 4"),
	number("overlap", "[0,1)", func(i *train.Initial) *float64 { return &i.Overlap }, "overlap of the parts; default 0.2"),
	number("norm_limit", "(0,inf)", func(i *train.Initial) *float64 { return &i.NormLimit }, "largest mean norm of the gradients; default 10"),
	number("norm_weight", "[0,inf)", func(i *train.Initial) *float64 { return &i.NormWeight }, "weight of the norms in the objective; default 1"),
	number("rate", "(0,inf)", func(i *train.Initial) *float64 { return &i.Rate }, "learning rate of the factors; default 0.003"),
	number("floor", "(0,inf)", func(i *train.Initial) *float64 { return &i.Floor }, "smallest factor of weights; default 0.01"),
	number("clip", "(0,inf)", func(i *train.Initial) *float64 { return &i.Clip }, "largest derivative by a factor; default 1"),
}
