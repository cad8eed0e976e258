using System.Collections;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>One page of a list.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class StripeList<T> : StripeEntity<StripeList<T>>, IHasObject, IEnumerable<T>
{
    public string Object { get; set; } = null!;

    public List<T> Data { get; set; } = null!;

    /// <summary>Whether another page follows.</summary>
    public bool HasMore { get; set; }

    public string Url { get; set; } = null!;

    internal override bool KeepsRawJson => false;

    public IEnumerator<T> GetEnumerator() => Data.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Turns the order of <see cref="Data"/> round.</summary>
    public void Reverse() => Data.Reverse();
}
