using SelfInstruct.Datasets;

namespace SelfInstruct.Curation;

/// <summary>A row of a dataset that is to be judged, answered anew or varied.</summary>
/// <param name="Id">Unique in the dataset.</param>
public sealed record CurationRow(string Id, TrainingExample Example);
