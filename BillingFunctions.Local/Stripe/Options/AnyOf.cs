using System.Diagnostics.CodeAnalysis;

namespace Stripe;

/// <summary>A value of one of several types.</summary>
public interface IAnyOf
{
    object? Value { get; }

    Type Type { get; }
}

/// <inheritdoc/>
public abstract class AnyOf : IAnyOf
{
    public abstract object? Value { get; }

    public abstract Type Type { get; }

    public override string ToString() => Value?.ToString() ?? "AnyOf(null)";
}

/// <summary>A <typeparamref name="T1"/> or a <typeparamref name="T2"/>; either is converted by assigning it.</summary>
public class AnyOf<T1, T2> : AnyOf
{
    private readonly T1? _first;
    private readonly T2? _second;
    private readonly bool _isFirst;

    public AnyOf(T1? value) => (_first, _isFirst) = (value, true);

    public AnyOf(T2? value) => _second = value;

    public override object? Value => _isFirst ? _first : _second;

    public override Type Type => _isFirst ? typeof(T1) : typeof(T2);

    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator AnyOf<T1, T2>?(T1? value) => value is null ? null : new AnyOf<T1, T2>(value);

    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator AnyOf<T1, T2>?(T2? value) => value is null ? null : new AnyOf<T1, T2>(value);

    public static implicit operator T1?(AnyOf<T1, T2> anyOf) => anyOf._first;

    public static implicit operator T2?(AnyOf<T1, T2> anyOf) => anyOf._second;
}
