// Package loss has the losses of classification, with their gradients by the outputs of the network,
// for batches of samples.
//
// All of them take the outputs, or logits, as a flat array of batch × classes, write the gradient into
// an array of the same size, and return the loss in float64:
//
//	grad := make([]float32, len(outputs))
//	l, err := loss.CrossEntropy(outputs, labels, grad)
//
// [CrossEntropy] and [SquaredError] are means over the batch, as in ottt.md §3; [Instantaneous] is the
// loss of one tick of online training through time, a mixture of the two divided by the number of
// ticks. A loss that is to act through ternary couples needs large gradients: multiply them by a factor
// and divide the learning rate by it (spide.md §3).
//
// A label outside the classes is an error. Outputs that are not finite are none: they give a loss that
// is not finite, which [Finite] tells, so that the trainer, who knows layer and step, can say where
// training went wrong.
//
// Exponentials and logarithms are those of internal/det, sums run in ascending order of class and
// sample, and products are rounded before they are added: the same outputs give the same loss and
// gradient, bit for bit, on every machine. Sums are in float64 also for float32 outputs.
package loss
