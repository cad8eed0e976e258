using Microsoft.AspNetCore.Components;

namespace BillingFunctions.Dashboard.Fragments;

/// <summary>How an answer of the API looks in the dashboard. There is one view for each type of answer that the dashboard asks for.</summary>
/// <typeparam name="T">The type that the API writes as JSON to others.</typeparam>
public abstract class FragmentView<T> : ComponentBase
{
    /// <summary>The answer.</summary>
    [Parameter]
    public T Model { get; set; } = default!;

    /// <summary>The request that was answered.</summary>
    [CascadingParameter]
    public DashboardContext Context { get; set; } = default!;
}
