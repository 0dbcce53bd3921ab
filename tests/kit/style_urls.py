"""The real map plus the living style page, which exists in debug only."""

from config.style import urlpatterns as style_patterns
from config.urls import urlpatterns as real_patterns


urlpatterns = [*real_patterns, *style_patterns]
