package main

import (
	"fmt"

	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/learning/spide"
	"couplet/learning/train"
)

// trainSetting is a training whose speed is measured.
type trainSetting struct {
	group         string // one of benchTrainGroups
	network, rule string
	side          int // of the square images
	config        train.Config
	reference     float64 // samples per core-second of the authors' code; 0: no figure
}

// The authors' code with PyTorch on one thread, in samples per core-second: batches of 128 in 0.061 s,
// 0.048 s and 0.330 s.
const (
	referenceOTTT  = 128 / 0.061
	referenceBPTT  = 128 / 0.048
	referenceSPIDE = 128 / 0.330
)

// lossScales bring the rate of the backward stage of the ring at its initial weights to about 10, 3, 1 and
// 0.3 %.
var lossScales = []float64{530, 110, 40, 23}

// trainSettings lists all settings; small ones are for trying out.
func trainSettings(small bool) []trainSetting {
	var list []trainSetting
	list = append(list, mlpSettings(small)...)
	list = append(list, convSettings(small)...)
	list = append(list, ringSettings(small)...)
	return append(list, leNetSetting(small))
}

// newTrainSetting has what all settings share. Synaptic events are not counted.
func newTrainSetting(group, network, rule string, batch int, small bool) trainSetting {
	s := trainSetting{group: group, network: network, rule: rule, side: imageSide(small), config: train.NewConfig()}
	o := optim.NewSGD()
	o.LR, o.Momentum = 0, 0.9
	s.config.Optimiser = o
	s.config.Name, s.config.Data = "bench", train.Data{Set: "mnist", Normalise: train.Usual}
	s.config.Batch, s.config.CountEvents = batch, false
	if small {
		s.config.Batch = smallBatch
	}
	return s
}

// smallBatch is the mini-batch of small settings.
const smallBatch = 8

// imageSide is the side of the images: that of MNIST, or a small one.
func imageSide(small bool) int {
	if small {
		return 12
	}
	return 28
}

// instantaneous is the loss of OTTT and of its baseline.
var instantaneous = loss.Instantaneous{Ticks: 6, MSE: 0.05}

// hidden is the size of each of the two hidden populations of the fully connected networks.
func hidden(small bool) int {
	if small {
		return 16
	}
	return 512
}

// mlpName is the fully connected network in a word.
func mlpName(small bool) string {
	return fmt.Sprintf("%d-%d-%d-10", imageSide(small)*imageSide(small), hidden(small), hidden(small))
}

func mlpSettings(small bool) []trainSetting {
	fc := ottt.NewFC(hidden(small), hidden(small))
	var list []trainSetting
	for _, r := range []struct {
		name      string
		rule      train.Rule
		reference float64
	}{
		{"OTTT_A", train.Rule{OTTT: &train.OTTT{Mode: ottt.Accumulate, Loss: instantaneous}}, referenceOTTT},
		{"OTTT_O", train.Rule{OTTT: &train.OTTT{Mode: ottt.Online, Loss: instantaneous}}, 0},
		{"BPTT", train.Rule{BPTT: &train.BPTT{Loss: instantaneous}}, referenceBPTT},
	} {
		s := newTrainSetting("mlp", mlpName(small), r.name, 128, small)
		s.config.Network.FC, s.config.Rule, s.reference = &fc, r.rule, r.reference
		list = append(list, s)
	}
	return list
}

func convSettings(small bool) []trainSetting {
	vgg := ottt.NewVGG(nil, "16C3-AP2-32C3-AP2", 0)
	if small {
		vgg.Plan = "2C3-AP2-3C3-AP2"
	}
	vgg.Standardised, vgg.Scale = false, 1
	a := newTrainSetting("conv", vgg.Plan, "OTTT_A", 64, small)
	a.config.Network.VGG, a.config.Rule = &vgg, train.Rule{OTTT: &train.OTTT{Loss: instantaneous}}
	b := newTrainSetting("conv", vgg.Plan, "BPTT", 64, small)
	b.config.Network.VGG, b.config.Rule = &vgg, train.Rule{BPTT: &train.BPTT{Loss: instantaneous}}
	return []trainSetting{a, b}
}

func ringSettings(small bool) []trainSetting {
	n := hidden(small)
	ring := spide.Network{Plan: fmt.Sprintf("%d-%d", n, n), Feedback: "dense"}
	name := fmt.Sprintf("%d-%d⇄%d-10", imageSide(small)*imageSide(small), n, n)
	var list []trainSetting
	for _, scale := range lossScales {
		s := newTrainSetting("ring", name, fmt.Sprintf("SPIDE, scale %g", scale), 128, small)
		c := spide.NewConfig()
		c.LossScale = scale
		s.config.Network.Ring, s.config.Rule = &ring, train.Rule{SPIDE: &train.SPIDE{Config: c}}
		s.reference = referenceSPIDE
		list = append(list, s)
	}
	return list
}

func leNetSetting(small bool) trainSetting {
	net := spide.Network{Plan: "15C5V-AP2-40C5V-AP2-300"}
	if small {
		net.Plan = "2C5V-AP2-3C3V-AP2-16"
	}
	s := newTrainSetting("lenet", net.Plan, "SPIDE, scale 100", 128, small)
	s.config.Network.Ring, s.config.Rule = &net, train.Rule{SPIDE: &train.SPIDE{Config: spide.NewConfig()}}
	return s
}
