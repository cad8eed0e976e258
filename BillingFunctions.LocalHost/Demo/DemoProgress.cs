namespace BillingFunctions.LocalHost.Demo;

/// <summary>How far a job is.</summary>
/// <param name="Percent">0 to 100.</param>
/// <param name="Text">A few words, such as the rows written so far.</param>
internal readonly record struct DemoProgress(double Percent, string Text);
