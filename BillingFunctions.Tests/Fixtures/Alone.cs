namespace BillingFunctions.Tests.Fixtures;

/// <summary>Tests of timing run alone: on a busy machine they would measure the machine.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
