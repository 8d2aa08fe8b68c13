using SelfInstruct.Postgres;

namespace SelfInstruct.Tests.Postgres;

public sealed class StoreAddressTests
{
    [Theory]
    [InlineData("postgres://me@db.example:6543/data?run=first_try", "postgres://me@db.example:6543/data?run=first_try")]
    [InlineData("postgresql://db.example/data", "postgres://db.example:5432/data?run=selfinstruct")]
    [InlineData("postgres://a%40b@[::1]/data?sslmode=verify-full&run=r", "postgres://a%40b@[::1]:5432/data?run=r&sslmode=verify-full")]
    public void An_address_is_read_and_shown_again(string text, string shown) => Assert.Equal(shown, StoreAddress.Parse(text).ToString());

    [Theory]
    [InlineData("mysql://h/d", "not a PostgreSQL address")]
    [InlineData("not an address", "not a PostgreSQL address")]
    [InlineData("postgres:///d", "names no host")]
    [InlineData("postgres://h", "names no database")]
    [InlineData("postgres://h/d?run=Upper", "run=Upper cannot name a run")]
    [InlineData("postgres://h/d?run=a;drop", "cannot name a run")]
    [InlineData("postgres://h/d?pooling=true", "pooling is not a part of the address")]
    [InlineData("postgres://h/d?password=hidden", "password is not a part of the address")]
    [InlineData("postgres://h/d?sslmode=maybe", "sslmode=maybe; it must be one of")]
    public void What_is_no_address_is_refused_with_the_reason(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => StoreAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_password_in_the_address_is_refused_and_not_repeated()
    {
        var message = Assert.Throws<InvalidDataException>(static () => StoreAddress.Parse("postgres://me:hunter2@h/d")).Message;
        Assert.Contains("PGPASSWORD", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_are_told_apart_and_a_cut_line_ends_them_on_the_server()
    {
        var builder = StoreAddress.Parse("postgres://me@h/d?run=r&sslmode=verify-ca").ToConnectionString("selfinstruct r 7");
        Assert.Equal("selfinstruct r 7", builder.ApplicationName);
        Assert.Equal("r", builder.SearchPath);
        Assert.Equal(Npgsql.SslMode.VerifyCA, builder.SslMode);
        Assert.Contains("tcp_user_timeout=8000", builder.Options, StringComparison.Ordinal);
        Assert.Null(builder.Password);
    }
}
