// Package neurobench computes the metrics of the NeuroBench benchmark, with its rules for what counts, its
// averages and its rounding, so that figures can be put beside published ones.
//
// The definitions follow the public harness github.com/NeuroBench/neurobench (hardware/neurobench.md); no
// part of it runs here. Metrics take plain data: masks of weights, activities, counts. What a trained
// network of this project hands over, in the order of a report:
//
//	metric                     from
//	ParameterCount, Footprint  [Tensor] per parameter and buffer
//	ConnectionSparsity         the weights of connection layers; or [SparsityOf] counts
//	ActivationSparsity         [Activations] of a batch, its Sparsity; combined by [BatchMean]
//	ActivationSparsityByLayer  [Activations] of all batches, ByLayer
//	SynapticOperations         [Call] per layer and step, or [CallCell]; [SynapticOperations]
//	MembraneUpdates            [MembraneUpdatesOf] per layer; [MembraneUpdates]
//	NeuronOperations           the same, with the type of neuron; [NeuronOperations]
//	ClassificationAccuracy,
//	MSE, SMAPE                 predictions and targets of a batch; combined by [BatchMean]
//	R2                         [R2] over all batches
//
// The model execution rate is declared by who runs the benchmark, not computed.
//
// # Samples
//
// "Per sample" divides by the number of samples of the batches that were added. Inputs and membranes are
// rows of samples within one step: a layout with time first would be averaged over time.
//
// # What the benchmark does not see
//
// Ternary spikes are spikes here, other than for the tool of opcount.SyopsCounter. Averages behind a
// pooling are real numbers and make multiplications of a whole call, whatever the hardware could fold away.
// Poolings, normalisations, biases and transposed convolutions are not counted at all.
//
// # Numbers
//
// Results are float64. The harness computes scores in single precision, so that its last digits differ;
// connection sparsity, which is rounded to four decimals, is divided in single precision here as well.
package neurobench
