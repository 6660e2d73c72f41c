package neurobench

import "fmt"

// LayerSparsity is the activation sparsity of a layer.
type LayerSparsity struct {
	Layer string
	// Elements counts recorded outputs, Active those that are not zero.
	Elements, Active int64
}

// Value is the part of the outputs that are zero, not rounded; 0 if nothing was recorded.
func (l LayerSparsity) Value() float64 {
	if l.Elements == 0 {
		return 0
	}
	return float64(l.Elements-l.Active) / float64(l.Elements)
}

// Activations records the outputs of the activation layers: of spiking neurons, the spikes of all steps
// and samples. The zero value has recorded nothing.
//
// Of one recording come two metrics, which combine batches differently: ActivationSparsity of a data set
// is the mean of the values of its batches (see [BatchMean]), for which every batch has a recording of
// its own; ActivationSparsityByLayer goes over all batches at once.
type Activations struct {
	layers []LayerSparsity // in the order in which they came
}

// Record adds outputs of a layer: of a step, or of many.
func Record[F Real](a *Activations, layer string, outputs []F) {
	active := int64(0)
	for _, x := range outputs {
		if x != 0 {
			active++
		}
	}
	a.add(layer, int64(len(outputs)), active)
}

// Count adds outputs of a layer of which it is known how many are not zero: of spiking neurons, neurons ×
// steps × samples and the number of spikes. It is an error if there are more active outputs than outputs.
func (a *Activations) Count(layer string, outputs, active int64) error {
	if active < 0 || active > outputs {
		return fmt.Errorf("neurobench: layer %q has %d active outputs of %d, want 0 to all", layer, active, outputs)
	}
	a.add(layer, outputs, active)
	return nil
}

func (a *Activations) add(layer string, outputs, active int64) {
	for k := range a.layers {
		if a.layers[k].Layer == layer {
			a.layers[k].Elements += outputs
			a.layers[k].Active += active
			return
		}
	}
	a.layers = append(a.layers, LayerSparsity{layer, outputs, active})
}

// Sparsity is ActivationSparsity: the part of all recorded outputs that are zero, not rounded; 0 if nothing
// was recorded.
func (a *Activations) Sparsity() float64 {
	var all LayerSparsity
	for _, l := range a.layers {
		all.Elements += l.Elements
		all.Active += l.Active
	}
	return all.Value()
}

// ByLayer is ActivationSparsityByLayer, in the order in which the layers first came.
func (a *Activations) ByLayer() []LayerSparsity { return append([]LayerSparsity(nil), a.layers...) }
