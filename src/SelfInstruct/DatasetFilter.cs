using System.Collections.Immutable;
using SelfInstruct.Datasets;
using SelfInstruct.Quality;
using SelfInstruct.Tasks;

namespace SelfInstruct;

/// <summary>Instances that may join the dataset, and what was left out.</summary>
public sealed record FilteredDataset(ImmutableArray<GeneratedInstance> Kept, ImmutableArray<Rejection> Rejected);

/// <summary>The last look at the instances of a run, all of them together: the quality rules of the options, and what evaluation sets know. What people wrote is not looked at.</summary>
sealed class DatasetFilter
{
    const string Stage = "dataset";

    readonly ImmutableArray<QualityRule> _rules;
    readonly QualityContext _context;
    readonly Decontamination? _decontamination;

    /// <exception cref="InvalidDataException">A file that the options name is missing or wrong.</exception>
    public DatasetFilter(SelfInstructOptions options, Decontamination? decontamination) =>
        (_rules, _context, _decontamination) = (QualityRules.Named(options.Quality.Rules), options.Quality.ReadContext(), decontamination);

    public FilteredDataset Apply(IEnumerable<GeneratedInstance> instances)
    {
        var kept = ImmutableArray.CreateBuilder<GeneratedInstance>();
        var rejected = ImmutableArray.CreateBuilder<Rejection>();
        foreach (var instance in instances)
        {
            if (FindRejection(instance) is { } rejection)
            {
                rejected.Add(rejection);
            }
            else
            {
                kept.Add(instance);
            }
        }

        return new FilteredDataset(kept.ToImmutable(), rejected.ToImmutable());
    }

    Rejection? FindRejection(GeneratedInstance instance)
    {
        var row = new TrainingExample(instance.Instruction, instance.Input, instance.Output);
        return _rules.FirstOrDefault(rule => rule.Find(row, _context) is not null) is { } failed
            ? Reject(instance, failed.Name)
            : _decontamination?.FindRejection(instance, Stage);
    }

    static Rejection Reject(GeneratedInstance instance, string rule) =>
        new(Stage, $"{instance.Instruction}\nInput: {instance.Input}\nOutput: {instance.Output}", rule);
}
