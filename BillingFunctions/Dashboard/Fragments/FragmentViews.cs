namespace BillingFunctions.Dashboard.Fragments;

/// <summary>The views by the type of answer that they show.</summary>
internal static class FragmentViews
{
    private static readonly IReadOnlyDictionary<Type, Type> ByAnswer = typeof(FragmentViews).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && AnswerOf(type) is not null).ToDictionary(type => AnswerOf(type)!);

    /// <summary>The view of an answer; null when the dashboard has none.</summary>
    public static Type? Find(Type answer) => ByAnswer.GetValueOrDefault(answer);

    private static Type? AnswerOf(Type type) =>
        type.BaseType is { IsGenericType: true } parent && parent.GetGenericTypeDefinition() == typeof(FragmentView<>) ? parent.GetGenericArguments()[0] : null;
}
